"""Which requests of scenarios are sent to a cloud that others use as well."""

from __future__ import annotations

import pytest

from fakemanila.compare.chapters import chapter_of, chapters, operation_of
from fakemanila.compare.script import Exchange, Scenario, Wait, load
from fakemanila.compare.suitable import for_reading, suitable, touches_everybody
from fakemanila.versions import MAXIMUM, Microversion

SCENARIOS = load()
OLD = Microversion(2, 40)


def test_every_scenario_is_of_a_chapter() -> None:
    assert {chapter_of(each) for each in SCENARIOS.values()} <= set(chapters())
    assert chapter_of(SCENARIOS["snapshots_metadata"]) == "snapshot_metadata"


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("PUT", "/v2/services/disable", {"host": "h"}, True),
        ("PUT", "/v2/os-services/enable", {"host": "h"}, True),
        ("GET", "/v2/services", {}, False),
        ("PUT", "/v2/quota-class-sets/default", {}, True),
        ("PUT", "/v2/quota-sets/{demo_project}?share_type=x", {}, False),
        ("PUT", "/v2/quota-sets/{unknown_id}", {}, True),
        ("POST", "/v2/shares/manage", {"share": {}}, True),
        ("POST", "/v2/shares/{share_id}/action", {"unmanage": None}, True),
        ("POST", "/v2/shares/{share_id}/action", {"extend": {}}, False),
        ("DELETE", "/v2/shares/{share_id}", {}, False),
    ],
)
def test_what_changes_the_whole_cloud(method: str, path: str, body: object, expected: bool) -> None:
    assert touches_everybody(Exchange("x", path, method=method, body=body)) is expected


def test_no_scenario_changes_the_whole_cloud_unless_that_is_wanted() -> None:
    whole = [suitable(each, MAXIMUM, whole_cloud=True) for each in SCENARIOS.values()]
    assert sum(each.left_out for each in whole) == 0
    left = [suitable(each, MAXIMUM) for each in SCENARIOS.values()]
    kept = [each.scenario for each in left if each.scenario is not None]
    assert len(kept) > 0.8 * len(SCENARIOS)
    assert [e.path for each in kept for e in each.exchanges if touches_everybody(e)] == []
    names = ("services.", "quota_class_sets.")
    others = {operation_of(e) for each in kept for e in each.exchanges if e.method != "GET"}
    assert [each for each in others if each and each.startswith(names)] == []


def _scenario(*exchanges: Exchange) -> Scenario:
    return Scenario("s", "", exchanges)


def test_what_waits_for_a_request_that_is_left_out_is_left_out_with_it() -> None:
    off = Exchange("off", "/v2/services/disable", method="PUT", body={})
    seen = Exchange("seen", "/v2/services")
    made = Exchange("made", "/v2/shares", method="POST", body={}, wait=Wait("/v2/shares/x", {"share.status": "error"}))
    found = suitable(_scenario(off, seen), MAXIMUM)
    assert found.scenario == _scenario(seen)
    assert found.left_out == 1
    assert suitable(_scenario(off, made), MAXIMUM) == (None, "it changes what belongs to the whole cloud", 0)


def test_users_whose_role_a_cloud_lacks() -> None:
    read = Exchange("read", "/v2/shares", user="demo_manager")
    other = Exchange("other", "/v2/shares")
    save = Exchange("save", "/v2/shares", user="demo_manager", save={"id": "shares.0.id"})
    assert suitable(_scenario(read, other), MAXIMUM, ["demo_manager"]).scenario == _scenario(other)
    found = suitable(_scenario(save, other), MAXIMUM, ["demo_manager"])
    assert (found.scenario, found.why) == (None, "it needs a user that is not there")


def test_an_older_cloud_is_asked_at_its_newest_microversion_and_each_question_once() -> None:
    versions = ("2.30", "2.40", "2.60", "2.99", "2.100", "nonsense", None)
    read = [Exchange(f"read {version}", "/v2/shares", version=version) for version in versions]
    write = [Exchange(f"write {version}", "/v2/shares", version=version, method="POST") for version in ("2.40", "2.60")]
    found = suitable(_scenario(*read, *write), OLD).scenario
    assert found is not None
    assert [(each.name, each.version) for each in found.exchanges] == [
        ("read 2.30", "2.30"),
        ("read 2.40", "2.40"),
        ("read 2.100", "2.100"),  # no cloud has it: a question of its own
        ("read nonsense", "nonsense"),
        ("read None", None),
        ("write 2.40", "2.40"),
        ("write 2.60", "2.40"),
    ]


def test_a_newer_cloud_is_not_asked_for_what_only_it_knows() -> None:
    read = Exchange("read", "/v2/shares", version="2.100")
    assert suitable(_scenario(read, Exchange("other", "/v2/shares")), Microversion(2, 101)).left_out == 1


def test_what_only_reads_needs_nothing_that_is_made() -> None:
    found = list(for_reading(SCENARIOS.values(), MAXIMUM, {"demo_project", "run", "unknown_id"}))
    assert {each.method for each in found} == {"GET"}
    assert {each.user for each in found} == {"me", "nobody"}
    questions = [(each.path, each.user, each.version, str(each.headers)) for each in found]
    assert len(set(questions)) == len(questions) > 1000
