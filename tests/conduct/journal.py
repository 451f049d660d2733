"""Journals of a few entries, written down in short."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from fakemanila.conduct import Facts, Finding, judge
from fakemanila.world.clock import format_time
from fakemanila.world.journal import Entry, Message

START = datetime(2026, 1, 1)
VERSION = "X-OpenStack-Manila-API-Version"
FACTS = Facts({"status": frozenset(("creating", "deleting", "extending")), "state": frozenset(("applying",))})

_ids = count(1)


def ask(
    method: str,
    path: str,
    status: int | None = 200,
    *,
    at: float = 0,
    operation: str | None = None,
    user: str | None = "demo",
    agent: str = "client/1",
    version: str | None = "2.99",
    query: Mapping[str, str] | None = None,
    sent: Any = None,
    got: Any = None,
    sent_headers: Mapping[str, str] | None = None,
    got_headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Entry:
    """One entry, `at` seconds after the start."""
    headers = {"User-Agent": agent, **({VERSION: version} if version else {}), **(sent_headers or {})}
    return Entry(
        f"req-{next(_ids)}",
        format_time(START + timedelta(seconds=at)),
        method,
        path,
        query or {},
        operation,
        user_id=user and f"{user}-id",
        user_name=user,
        status=status,
        request=Message(headers, b"" if sent is None else json.dumps(sent).encode()),
        response=Message(got_headers or {}, b"" if got is None else json.dumps(got).encode()),
        **more,
    )


def show(status: str = "creating", *, at: float = 0, id: str = "s1", **more: Any) -> Entry:
    """A read of a share."""
    return ask(
        "GET", f"/v2/shares/{id}", at=at, operation="shares.show", got={"share": {"id": id, "status": status}}, **more
    )


def shows(times: Iterable[float], **more: Any) -> list[Entry]:
    """Reads of a share that is being made, at these times."""
    return [show(at=at, **more) for at in times]


def found(name: str, *entries: Entry, facts: Facts = FACTS, **how: Any) -> list[Finding]:
    """The findings of one name."""
    return judge(entries, facts, only=[name], **how)


def evidence(name: str, *entries: Entry, **how: Any) -> list[str]:
    """The ids that the only finding of that name has; none where there is no finding."""
    findings = found(name, *entries, **how)
    assert len(findings) <= 1
    return [id for finding in findings for id in finding.evidence]


def ids(*entries: Entry) -> list[str]:
    return [entry.id for entry in entries]
