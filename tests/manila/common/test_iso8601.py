"""Times in queries."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.manila.common import iso8601


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026", datetime(2026, 1, 1)),
        ("2026-03", datetime(2026, 3, 1)),
        ("2026-3-4", datetime(2026, 3, 4)),
        ("20260304", datetime(2026, 3, 4)),
        ("2026-03-04T10", datetime(2026, 3, 4, 10)),
        ("2026-03-04 10:20", datetime(2026, 3, 4, 10, 20)),
        ("2026-03-04T10:20Z", datetime(2026, 3, 4, 10, 20)),
        ("2026-03-04T10:20:30,5", datetime(2026, 3, 4, 10, 20, 30, 500000)),
        ("2026-03-04T10:20:30.1234567", datetime(2026, 3, 4, 10, 20, 30, 123456)),
        ("20260304T102030Z", datetime(2026, 3, 4, 10, 20, 30)),
        ("2026-03-04T10:20:30+01:30", datetime(2026, 3, 4, 8, 50, 30)),
        ("2026-03-04T10:20:30-0130", datetime(2026, 3, 4, 11, 50, 30)),
        ("2026-03-04T10:20:30+01", datetime(2026, 3, 4, 9, 20, 30)),
    ],
)
def test_what_manila_reads(text: str, time: datetime) -> None:
    assert iso8601.read(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-02-30",
        "2026-W01",
        "2026-03-04t10:20:30z",
        "2026-03-04T24:00:00",
        "2026-03-04T10:20:30 +01:00",
        "2026-03-04T10:20:30+99:00",
        "0001-01-01T00:00:00+01:00",
        "٢٠٢٦",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert iso8601.read(text) is None


@given(st.datetimes())
def test_whatever_is_written_is_read(time: datetime) -> None:
    assert iso8601.read(time.isoformat()) == time


@given(st.text(alphabet="0123456789-:+TZ., ", max_size=30))
def test_anything_is_a_time_or_none(text: str) -> None:
    iso8601.read(text)
