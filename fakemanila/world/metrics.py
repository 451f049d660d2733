"""A world's counters in Prometheus' text format. Written by hand: it is one page, and a dependency less."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of durations, in real seconds."""
FAULTS = 1000
"""Names of faults that are told apart. Each resource that brings a fault has a name for it."""
OTHERS = "other"
"""The label of all further ones."""
NO_OPERATION = "none"
"""The label of requests that were refused before anyone knew what they wanted."""


@dataclass(slots=True, eq=False, repr=False)
class _Histogram:
    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    """By bucket, what exceeds the last one at the end; not cumulative."""
    sum: float = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.sum += seconds


class Metrics:
    """Counts requests since the world was made or reset. Whoever calls it holds the world's lock."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._durations: defaultdict[str, _Histogram] = defaultdict(_Histogram)
        self._faults: Counter[str] = Counter()

    def observe(self, operation: str | None, status: int | None, seconds: float, faults: Iterable[str] = ()) -> None:
        """One request: `seconds` of real time, and the names of the faults that it met. No answer is status 0."""
        operation = operation or NO_OPERATION
        self._requests[operation, status or 0] += 1
        self._durations[operation].observe(seconds)
        for name in faults:
            known = len(self._faults) < FAULTS or name in self._faults
            self._faults[name if known else OTHERS] += 1

    def text(self, pending: int, records: Mapping[str, int], *, log_lines_dropped: int = 0) -> str:
        """All of it, with how many transitions are under way and how many records of each kind there are.

        Of the log only the whole server knows what it has dropped, so every world says the same.
        """
        lines = [
            *_family("requests_total", "counter", "Requests by operation and status; status 0 got no answer."),
            *(
                _sample("requests_total", count, operation=operation, status=status)
                for (operation, status), count in sorted(self._requests.items())
            ),
            *_family("request_duration_seconds", "histogram", "Real seconds from a request's arrival to its answer."),
            *self._duration_lines(),
            *_family("faults_fired_total", "counter", "Requests that a fault was applied to, by the fault's name."),
            *(_sample("faults_fired_total", count, fault=name) for name, count in sorted(self._faults.items())),
            *_family("transitions_pending", "gauge", "Transitions under way."),
            _sample("transitions_pending", pending),
            *_family("records", "gauge", "Records by kind."),
            *(_sample("records", count, kind=kind) for kind, count in sorted(records.items())),
            *_family("log_lines_dropped_total", "counter", "Lines of the server's log that could not be written."),
            _sample("log_lines_dropped_total", log_lines_dropped),
        ]
        return "\n".join(lines) + "\n"

    def _duration_lines(self) -> Iterator[str]:
        name = "request_duration_seconds"
        for operation, histogram in sorted(self._durations.items()):
            total = 0
            for bound, count in zip((*BUCKETS, "+Inf"), histogram.counts, strict=True):
                total += count
                yield _sample(f"{name}_bucket", total, operation=operation, le=bound)
            yield _sample(f"{name}_sum", round(histogram.sum, 6), operation=operation)
            yield _sample(f"{name}_count", total, operation=operation)


def _family(name: str, kind: str, help: str) -> tuple[str, str]:
    return f"# HELP fakemanila_{name} {help}", f"# TYPE fakemanila_{name} {kind}"


def _sample(name: str, value: float, **labels: object) -> str:
    shown = ",".join(f'{label}="{_escape(str(text))}"' for label, text in labels.items())
    return f"fakemanila_{name}{f'{{{shown}}}' if shown else ''} {value}"


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
