"""A timeline as SVG: text, readable without a script, each part with its words for who points at it or listens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from markupsafe import escape

from ..text.words import in_words
from ..world.clock import format_time
from .lanes import Bar, Lane, Mark, Moment, Timeline

WIDTH, NAMES, ROW, TOP = 1100, 210, 26, 64
"""Pixels: the whole, the names at the left, a lane's height, what is above the lanes."""
_BAR, _RADIUS, _LETTER, _TIME = 16, 4, 6.2, 84

STYLE = """
.timeline { background: #fff; color: #1b1f24; font: 11px system-ui, sans-serif; }
text { fill: currentColor; } .dim { opacity: .65; } .grid { stroke: currentColor; opacity: .12; }
.bar { rx: 3px; } .good { fill: #2e8b57; } .busy { fill: #d29922; } .bad { fill: #cf3b3b; } .plain { fill: #5b7bb5; }
.in { fill: #fff; pointer-events: none; } .mark { stroke: #fff; }
.mark.good { fill: #14532d; } .mark.bad { fill: #8f1717; } .jump { stroke: #5b7bb5;
stroke-dasharray: 3 3; } .fault { stroke: #cf3b3b; stroke-dasharray: 1 3; stroke-width: 1.5; }
a:focus-visible .mark { stroke: currentColor; stroke-width: 2.5; }
@media (prefers-color-scheme: dark) { .timeline { background: #16191d; color: #e6e8ea; } .mark { stroke: #16191d; } }
"""
"""For a picture that stands alone; the dashboard has the same in its style sheet."""


def draw(
    timeline: Timeline, tone: Callable[[str], str], link: Callable[[str], str] | None = None, *, alone: bool = True
) -> str:
    """The picture. `tone` says how a status reads: ``good``, ``busy``, ``bad`` or ``plain``.

    `link` gives the address of a request, for its mark. One that doesn't stand `alone` brings no style.
    """
    return "\n".join(_Drawing(timeline, tone, link).lines(alone=alone))


class _Drawing:
    def __init__(self, timeline: Timeline, tone: Callable[[str], str], link: Callable[[str], str] | None) -> None:
        self._timeline, self._tone, self._link = timeline, tone, link
        self._rows = {lane.id: number for number, lane in enumerate(timeline.lanes)}
        self._height = TOP + ROW * max(1, len(timeline.lanes)) + 12
        self._span = (timeline.end.time - timeline.start.time).total_seconds()
        self._steps = max(1, timeline.end.order - timeline.start.order)

    def lines(self, *, alone: bool) -> list[str]:
        about = escape(_words(self._timeline))
        size = f'viewBox="0 0 {WIDTH} {self._height}" width="{WIDTH}" height="{self._height}"'
        found = [f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" {size} role="group" aria-label="{about}">']
        if alone:
            found.append(f"<style>{STYLE}</style>")
        found += self._scale()
        for lane in self._timeline.lanes:
            found += self._lane(lane)
        for jump in self._timeline.jumps:
            text = f"the clock was moved from {format_time(jump.before)} to {format_time(jump.at.time)}"
            found.append(self._line("jump", self._x(jump.at), text))
        for mark in self._timeline.marks:
            found += self._mark(mark)
        return [*found, "</svg>"]

    def _x(self, moment: Moment) -> float:
        """Half of the width is time and half the order of events: on a clock that stands still, or jumps by hours,
        either alone would put most marks on one spot."""
        order = (moment.order - self._timeline.start.order) / self._steps
        passed = (moment.time - self._timeline.start.time).total_seconds()
        part = (order + passed / self._span) / 2 if self._span > 0 else order
        return round(NAMES + min(max(part, 0.0), 1.0) * (WIDTH - NAMES - 24), 1)

    def _scale(self) -> list[str]:
        """The times of some marks and jumps, as far as there is room."""
        moments = [self._timeline.start, *(each.at for each in self._timeline.jumps), self._timeline.end]
        moments += [mark.at for mark in self._timeline.marks]
        found, taken, said = [], list[float](), set[str]()
        for moment in moments:
            x = self._x(moment)
            left = min(x, WIDTH - _TIME)
            if all(abs(left - other) > _TIME for other in taken) and _short(moment.time) not in said:
                taken.append(left)
                said.add(_short(moment.time))
                found.append(f'<line class="grid" x1="{x}" y1="18" x2="{x}" y2="{self._height}"/>')
                found.append(f'<text class="dim" x="{left}" y="13">{_short(moment.time)}</text>')
        return [*found, f'<text x="8" y="{TOP - 20}">requests</text>']

    def _lane(self, lane: Lane) -> list[str]:
        y = TOP + ROW * self._rows[lane.id]
        name = lane.name or lane.id[:8]
        kind = in_words(lane.kind)
        label = _cut(f"{kind} {name}", NAMES - 14)
        found = [f'<text x="8" y="{y + 12}">{escape(label)}<title>{escape(f"{kind} {name} {lane.id}")}</title></text>']
        for bar in lane.bars:
            found += self._bar(lane, bar, y)
        return found

    def _bar(self, lane: Lane, bar: Bar, y: int) -> list[str]:
        end = bar.end or self._timeline.end
        x, right = self._x(bar.start), self._x(end)
        width = max(right - x, 2)
        until = "" if bar.end is None else f" until {format_time(bar.end.time)}"
        text = f"{lane.name or lane.id}: {bar.status} from {format_time(bar.start.time)}{until}"
        shape = f'<rect class="bar {self._tone(bar.status)}" x="{x}" y="{y}" width="{width:.1f}" height="{_BAR}">'
        found = [f"{shape}<title>{escape(text)}</title></rect>"]
        if len(bar.status) * _LETTER + 8 < width:
            found.append(f'<text class="in" x="{x + 4}" y="{y + 12}">{escape(bar.status)}</text>')
        return found

    def _mark(self, mark: Mark) -> list[str]:
        x, y = self._x(mark.at), TOP - 24
        row = None if mark.resource is None else self._rows.get(mark.resource)
        if row is not None:
            y = TOP + ROW * row + _BAR + 1
        said = mark.status or "no answer"
        text = f"{_short(mark.at.time)} {mark.operation}: {said}{f' to {mark.user}' if mark.user else ''}"
        found = []
        if mark.faults:
            text += f", by {', '.join(mark.faults)}"
            found.append(self._line("fault", x, f"fault: {', '.join(mark.faults)}"))
        tone = "good" if mark.status and mark.status < 400 else "bad"
        circle = f'<circle class="mark {tone}" cx="{x}" cy="{y}" r="{_RADIUS}"><title>{escape(text)}</title></circle>'
        if self._link is not None:
            circle = f'<a href="{escape(self._link(mark.id))}" aria-label="{escape(text)}">{circle}</a>'
        return [*found, circle]

    def _line(self, kind: str, x: float, text: str) -> str:
        return (
            f'<line class="{kind}" x1="{x}" y1="20" x2="{x}" y2="{self._height}"><title>{escape(text)}</title></line>'
        )


def _words(timeline: Timeline) -> str:
    more = f", {timeline.left_out} more left out" if timeline.left_out else ""
    return f"{len(timeline.lanes)} resources and {len(timeline.marks)} requests{more}"


def _short(time: datetime) -> str:
    return format_time(time)[11:23]


def _cut(text: str, width: int) -> str:
    room = int(width / _LETTER)
    return text if len(text) <= room else f"{text[: room - 1]}…"
