"""What requests say, and at which microversion."""

from __future__ import annotations

from fakemanila.conduct import Facts
from fakemanila.versions import Microversion

from .journal import FACTS, ask, evidence, found, show


def test_requests_without_a_microversion_are_told_where_that_makes_a_difference() -> None:
    bare = show(version=None)
    assert evidence("no-microversion", bare, show()) == [bare.id]
    assert not found("no-microversion", ask("GET", "/v2/limits", version=None, operation="limits.list"))
    assert not found("no-microversion", ask("GET", "/v2/", version=None, operation="versions.show"))
    assert not found("no-microversion", ask("GET", "/v2/shares/x/nonsense", version=None))


def test_the_oldest_microversions_are_told_and_a_pinned_one_is_not() -> None:
    old = show(version="2.6")
    assert evidence("old-microversion", old) == [old.id]
    assert not found("old-microversion", show(version="2.7"), show(version="2.40"), show(version=None))
    assert not found("old-microversion", show(version="latest"), show(version=""))


def test_they_are_not_where_there_is_nothing_newer() -> None:
    assert not found("old-microversion", show(version="2.6"), facts=Facts({}, newest=Microversion(2, 6)))


def test_a_microversion_that_was_refused_is_not_asked_for_again() -> None:
    refused = [ask("GET", "/v2/shares", 406, version=version) for version in ("2.99", "2.98", "2.99")]
    assert evidence("refused-microversion", *refused) == [refused[2].id]
    assert not found("refused-microversion", *refused[:2], ask("GET", "/v2/shares", version="2.60"))


def test_an_experiment_that_has_ended_is_told() -> None:
    early = ask("GET", "/v2/share-groups", version="2.40", operation="share_groups.list")
    assert evidence("experimental-api", early) == [early.id]
    assert (
        found("experimental-api", early)[0].summary
        == "1 request at 2.40, where this is an experiment; since 2.55 it is not"
    )


def test_what_is_settled_or_still_an_experiment_is_not() -> None:
    assert not found("experimental-api", ask("GET", "/v2/share-groups", version="2.55", operation="share_groups.list"))
    assert not found(
        "experimental-api", ask("GET", "/v2/share-backups", version="2.80", operation="share_backups.list")
    )
    facts = Facts(FACTS.changing, newest=Microversion(2, 50))
    early = ask("GET", "/v2/share-groups", version="2.40", operation="share_groups.list")
    assert not found("experimental-api", early, facts=facts)


def test_what_the_reference_does_not_have_is_told() -> None:
    odd = [
        show(contract_warnings=["query: 'colour' is\nunknown"]),
        show(contract_warnings=["a", "query: 'colour' is\nunknown"]),
    ]
    (finding,) = found("undocumented-fields", *odd, show())
    assert finding.summary == (
        "2 requests with what the API reference doesn't have: query: 'colour' is unknown, and 1 other thing"
    )
    assert finding.count == 2


def test_what_was_refused_for_it_is_not() -> None:
    assert not found("undocumented-fields", ask("GET", "/v2/shares", 400, contract_warnings=["a"]))
