"""The log of a server: one line for each request of a stand-alone one, and what goes wrong in any."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

from ..world.journal import Entry
from .output import Outbox

REPORTS = 1000
"""Reports that may wait for the handlers of the program around."""
PATIENCE = 0.25
"""Seconds that whoever reports waits for the handlers, so that as a rule a report is there before the answer is."""


class _Lines(Protocol):
    """What lines are written to: never waits, and counts what it could not write."""

    @property
    def dropped(self) -> int: ...

    def write(self, text: str, /) -> int: ...


class RequestLog:
    """The log of one server and all its worlds. Nothing here waits for a reader, or fails for want of one.

    Without `lines` requests are not logged. `format` is ``text`` or ``json``.
    """

    def __init__(self, lines: _Lines | None = None, format: str = "text") -> None:
        self._lines = lines
        self._format = _json if format == "json" else _text
        self._reports: Outbox[Callable[[], bool]] = Outbox(_carry_out, room=REPORTS, keep=0.0)
        self._late = False
        """A handler has taken too long, and has not come back yet."""

    @property
    def dropped(self) -> int:
        """Lines and reports that could not be written, or that nobody took in time."""
        return self._reports.dropped + (0 if self._lines is None else self._lines.dropped)

    def write(self, world: str, entry: Entry) -> None:
        """Logs a request.

        Not by `logging`: it finds out for each line who writes it, from which process and thread, and nobody asks.
        """
        if self._lines is not None:
            line = self._format(world, entry)
            if not line.isprintable():  # a path may have anything in it; a line stays a line
                line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)
            self._lines.write(f"{line}\n")

    def exception(self, logger: logging.Logger, message: str, *arguments: object) -> None:
        """Reports the exception that is being handled, as `Logger.exception` does.

        Where it goes is for the program around to say, and its handlers may raise or block: a thread calls them.
        """
        self._report(partial(logger.error, message, *arguments, exc_info=sys.exc_info()))

    def warning(self, logger: logging.Logger, message: str, *arguments: object) -> None:
        self._report(partial(logger.warning, message, *arguments))

    def _report(self, call: Callable[[], None]) -> None:
        done = threading.Event()

        def report() -> bool:
            try:
                call()
            except Exception:  # a handler's own
                return False
            finally:
                self._late = False
                done.set()
            return True

        if self._reports.put(report) and not self._late and not done.wait(PATIENCE):
            self._late = not done.is_set()


def _carry_out(reports: list[Callable[[], bool]]) -> int:
    """Returns how many of them were lost."""
    return sum(not report() for report in reports)


def _text(world: str, entry: Entry) -> str:
    warnings = "".join(f" warning={warning!r}" for warning in entry.contract_warnings)
    return (
        f"{entry.time} {world} {entry.method} {entry.path} {entry.status} operation={entry.operation or '-'} "
        f"project={entry.project_id or '-'} version={entry.version or '-'}{warnings}"
    )


def _json(world: str, entry: Entry) -> str:
    return json.dumps({"world": world, **entry.summary()})
