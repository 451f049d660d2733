"""What is there when a client has ended."""

from __future__ import annotations

from fakemanila.conduct import Facts

from .journal import ask, found

LEFT = "resources-left-behind"


def facts(*left: str) -> Facts:
    return Facts({}, is_left=lambda id: id in left)


def test_what_a_client_has_made_and_nobody_has_deleted_is_told_at_the_end() -> None:
    share = ask("POST", "/v2/shares", operation="shares.create", got={"share": {"id": "s1"}})
    rule = ask("POST", "/v2/shares/s1/action", operation="shares.allow_access", got={"access": {"id": "a1"}})
    (finding,) = found(LEFT, share, rule, facts=facts("s1", "a1"), ended=True)
    assert finding.summary == "made and still there: 1 by shares.create, 1 by shares.allow_access"
    assert finding.evidence == (share.id, rule.id)
    assert not found(LEFT, share, rule, facts=facts("s1", "a1"))
    assert not found(LEFT, share, rule, facts=facts(), ended=True)


def test_what_it_has_only_read_or_failed_to_make_is_not_its_own() -> None:
    read = ask("GET", "/v2/shares/s1", operation="shares.show", got={"share": {"id": "s1"}})
    failed = ask("POST", "/v2/shares", 500, operation="shares.create", got={"share": {"id": "s1"}})
    extended = ask("POST", "/v2/shares/s1/action", operation="shares.extend", got={"share": {"id": "s1"}})
    assert not found(LEFT, read, failed, extended, facts=facts("s1"), ended=True)


def test_what_was_made_though_the_answer_was_lost_is_told_above_all() -> None:
    begun = [{"operation": "shares.create", "resource_id": "s1"}]
    lost = ask("POST", "/v2/shares", 0, operation="shares.create", transitions=begun)
    assert found(LEFT, lost, facts=facts("s1"), ended=True)
