"""Findings as text, from their JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SHOWN = 3
"""Requests that are named with a finding."""


def lines(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each finding on three lines: what, which requests, where to read about it."""
    for finding in findings:
        yield head(finding)
        ids = finding["evidence"]
        more = f" and {finding['count'] - SHOWN} more" if finding["count"] > SHOWN else ""
        yield f"    {', '.join(ids[:SHOWN])}{more}"
        yield f"    see {finding['page']}"


def head(finding: Mapping[str, Any]) -> str:
    """``"polls-too-fast: 12 reads … (shares.show by demo)"``."""
    who = " by ".join(finding[key] for key in ("operation", "user") if key in finding)
    return f"{finding['name']}: {finding['summary']}" + (f" ({who})" if who else "")
