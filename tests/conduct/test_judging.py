"""Judging whole journals: which rules, and that no journal is too odd."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fakemanila.conduct import NAMES, Facts, judge
from fakemanila.conduct.facts import changing
from fakemanila.conduct.telling import lines
from fakemanila.contract.model import load
from fakemanila.world.journal import Entry, Message
from fakemanila.world.worlds import Worlds

from ..api import Api
from .journal import FACTS, START, ask, shows

POLLS = shows([0, 0.1, 0.2, 0.3, 0.4])


def names(*entries: Entry, **how: object) -> list[str]:
    return [finding.name for finding in judge(entries, FACTS, **how)]  # type: ignore[arg-type]


def test_what_is_looked_for_and_what_is_passed_over_can_be_said() -> None:
    entries = [*POLLS, ask("GET", "/v2/shares", 200, version="2.6", contract_warnings=["x"], user="admin")]
    assert names(*entries) == ["polls-too-fast", "old-microversion", "undocumented-fields"]
    assert names(*entries, allow={"polls-too-fast"}) == ["old-microversion", "undocumented-fields"]
    assert names(*entries, only={"old-microversion", "polls-too-fast"}, allow={"polls-too-fast"}) == [
        "old-microversion"
    ]
    assert names(*entries, user="demo") == names(*entries, user="demo-id") == ["polls-too-fast"]


def test_a_finding_names_the_first_requests_and_counts_all() -> None:
    (finding,) = judge(shows([number / 10 for number in range(50)]), FACTS)
    doc = finding.to_json()
    assert (len(doc["evidence"]), doc["count"]) == (20, 49)
    assert doc["page"] == "docs/reference/conduct.md#polls-too-fast"


def test_programs_are_told_apart() -> None:
    entries = [entry for agent in ("one/1", "two/2") for entry in shows([0, 0.1, 0.2, 0.3], agent=agent)]
    assert [finding.agent for finding in judge(entries, FACTS)] == ["one/1", "two/2"]


def test_findings_read_as_text() -> None:
    (finding,) = judge(POLLS, FACTS)
    assert list(lines([finding.to_json()])) == [
        "polls-too-fast: 4 reads of what was changing came 0.1 s after the one before, sooner than 1 s"
        " (shares.show by demo)",
        f"    {', '.join(finding.evidence[:3])} and 1 more",
        "    see docs/reference/conduct.md#polls-too-fast",
    ]


def test_what_is_changing_follows_from_the_declared_transitions() -> None:
    found = changing(Worlds().get("default"))
    assert {"creating", "deleting", "extending", "reverting"} <= found["status"]
    assert not found["status"] & {"available", "error", "awaiting_transfer"}
    assert {"applying", "denying"} <= found["state"]


def test_what_is_going_is_not_left_behind(api: Api) -> None:
    facts = Facts.of(api.world)
    api.world.delays = api.world.delays.parse({"shares.delete": "1h"}, api.world.names)
    share_id = api.post("/v2/shares", {"share": {"share_proto": "NFS", "size": 1}}).json["share"]["id"]
    assert facts.is_left(share_id)
    api.delete(f"/v2/shares/{share_id}")
    assert not facts.is_left(share_id)
    assert not facts.is_left("elsewhere")


OPERATIONS = [*load().operations, "identity.tokens.create", None]
NAMES_OF_FIELDS = st.sampled_from(["id", "status", "shares", "share", "shares_links", "token", "user", "name", "state"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["s1", "creating", "error", "deleting", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES_OF_FIELDS, inner, max_size=3),
    max_leaves=6,
)
RESOURCES = st.dictionaries(NAMES_OF_FIELDS, VALUES, max_size=4)
ANSWERS = st.dictionaries(NAMES_OF_FIELDS, RESOURCES | st.lists(RESOURCES | VALUES, max_size=3), max_size=2)
BODIES = (
    st.none()
    | st.sampled_from([b"", b"{", b"\xff", b"null"])
    | (VALUES | ANSWERS).map(lambda value: json.dumps(value).encode())
)
HEADERS = st.dictionaries(
    st.sampled_from(["User-Agent", "X-Auth-Token", "X-Subject-Token", "Retry-After", "X-OpenStack-Manila-API-Version"]),
    st.sampled_from(
        ["a", "", "5", "-1", "9" * 5000, "2.6", "2.40", "latest", "Thu, 01 Jan 2026 00:00:05 GMT", "\u00b2"]
    ),
)
MESSAGES = st.builds(Message, HEADERS, BODIES)
PATHS = st.sampled_from(
    [
        *("/", "/v2", "/v2/", "/v2//", "/v2/p", "/v2/p/shares/s1", "/v2/shares", "/v2/shares/s1", "/v2/snapshots/s1"),
        *("/v2/shares/s1/action", "/v2/shares/detail", "/identity/v3/auth/tokens", "/network/v2.0/ports", "nonsense"),
    ]
)
ENTRIES = st.builds(
    Entry,
    id=st.uuids().map(str),
    time=st.datetimes(START, START.replace(second=30)).map(lambda time: time.isoformat(timespec="microseconds")),
    method=st.sampled_from(["GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]),
    path=PATHS,
    query=st.dictionaries(
        st.sampled_from(["limit", "offset", "marker", "name", "all_tenants"]),
        st.sampled_from(["1", "2", "x", "\u00b2", "9" * 5000]),
    ),
    operation=st.sampled_from(OPERATIONS),
    project_id=st.sampled_from(["p", None]),
    user_id=st.sampled_from(["u", None]),
    user_name=st.sampled_from(["demo", None]),
    status=st.sampled_from([None, 0, 200, 202, 300, 400, 401, 403, 404, 406, 409, 413, 429, 500, 503, 504]),
    duration=st.sampled_from([0.0, 0.5]),
    request=MESSAGES,
    response=MESSAGES,
    contract_warnings=st.lists(st.sampled_from(["a", "b\nc"]), max_size=2),
)


@given(st.lists(ENTRIES, max_size=40))
def test_whatever_a_journal_has_in_it_can_be_judged(entries: list[Entry]) -> None:
    facts = Facts(FACTS.changing, is_left=lambda id: id == "s1")
    ids = {entry.id for entry in entries}
    for finding in judge(entries, facts, ended=True):
        assert finding.name in NAMES
        assert finding.summary.isprintable()
        assert set(finding.evidence) <= ids
        assert finding.count >= len(finding.evidence) > 0
