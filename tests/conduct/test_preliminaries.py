"""Logins, and looks at which versions there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fakemanila.conduct import Facts
from fakemanila.world.journal import Entry

from .journal import ask, evidence, found, ids

TOKENS, VERSIONS = "token-for-each-request", "discovery-for-each-request"
LATER = "2026-01-01T01:00:00.000000Z"


def login(number: int, *, at: float = 0, expires: str = LATER, user: str = "demo") -> Entry:
    got: dict[str, Any] = {"expires_at": expires, "user": {"id": f"{user}-id", "name": user}, "project": {"id": "p"}}
    return ask(
        "POST",
        "/identity/v3/auth/tokens",
        201,
        at=at,
        operation="identity.tokens.create",
        user=None,
        got={"token": got},
        got_headers={"X-Subject-Token": f"token-{user}-{number}"},
    )


def use(number: int, status: int = 200, *, user: str = "demo") -> Entry:
    return ask("GET", "/v2/shares", status, user=user, sent_headers={"X-Auth-Token": f"token-{user}-{number}"})


def commands(count: int, requests: int = 1, status: int = 200, **how: Any) -> list[Entry]:
    """Each logs in and asks something."""
    return [entry for n in range(count) for entry in (login(n, **how), *[use(n, status) for _ in range(requests)])]


def test_a_login_for_each_request_is_told() -> None:
    entries = commands(11)
    assert evidence(TOKENS, *entries) == ids(*entries[2::2])
    (finding,) = found(TOKENS, *entries)
    assert finding.summary == "11 logins for 11 requests, 10 of them while an earlier token was good"
    assert finding.user == "demo"


def test_few_logins_and_tokens_that_do_more_are_not() -> None:
    assert not found(TOKENS, *commands(10))
    assert not found(TOKENS, *commands(11, requests=3))


def test_a_login_is_right_where_no_token_is_good() -> None:
    assert not found(TOKENS, *commands(11, expires="2026-01-01T00:00:00.000000Z"))
    assert not found(TOKENS, *commands(11, status=401))


def test_who_logs_out_has_no_token_any_more() -> None:
    def logout(number: int) -> Entry:
        headers = {"X-Subject-Token": f"token-demo-{number}"}
        return ask("DELETE", "/identity/v3/auth/tokens", 204, operation="identity.tokens.delete", sent_headers=headers)

    assert not found(TOKENS, *(entry for n in range(20) for entry in (login(n), use(n), logout(n))))


def test_a_world_of_the_past_makes_clients_think_that_their_tokens_have_expired() -> None:
    assert not found(TOKENS, *commands(20), facts=Facts({}, behind=timedelta(hours=2)))


def test_what_is_asked_of_other_services_counts_as_well() -> None:
    ports = [
        ask("GET", "/network/v2.0/ports", sent_headers={"X-Auth-Token": f"token-demo-{number % 11}"})
        for number in range(23)
    ]
    entries = [entry for number in range(11) for entry in (login(number), ask("GET", "/network/v2.0"))]
    assert found(TOKENS, *entries, *ports[:22])
    assert not found(TOKENS, *entries, *ports)


def test_logins_of_several_users_are_not_those_of_one() -> None:
    assert not found(TOKENS, *(login(0, user=f"user{number}") for number in range(20)))


def test_answers_to_logins_that_say_nothing_are_passed_over() -> None:
    answers: list[Any] = [None, [], {"token": 3}, {"token": {"user": 3}}]
    odd = [ask("POST", "/identity/v3/auth/tokens", 201, operation="identity.tokens.create", got=got) for got in answers]
    assert not found(TOKENS, *odd * 5)


def versions(path: str = "/v2/", user: str | None = "demo") -> Entry:
    return ask("GET", path, user=user, operation="versions.show")


def test_a_look_at_the_versions_for_each_request_is_told() -> None:
    entries = [entry for n in range(10) for entry in (versions("/", None), versions(), use(n))]
    (finding,) = found(VERSIONS, *entries)
    assert finding.summary == "20 looks at version documents for 10 requests"
    assert (finding.user, finding.count) == ("demo", 20)


def test_one_look_for_many_requests_is_not() -> None:
    assert not found(VERSIONS, versions("/", None), versions(), *(use(n) for n in range(30)))
    assert not found(VERSIONS, *(entry for n in range(10) for entry in (versions(), use(n), use(n), use(n))))
    assert not found(VERSIONS, *(entry for n in range(9) for entry in (versions(), use(n))))
