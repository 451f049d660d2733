"""Requests are recognised by their operation, the name of what they are about, and their position."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila import FakeManila
from fakemanila.sweep.asked import Asked, asked, pattern

from .playing import Client, Program


def requests_of(program: Program) -> list[Asked]:
    with FakeManila(serve=False) as manila:
        manila.create("share", name="old")
        start = manila.state.dump()["records"]
        try:
            program(Client(manila.session()))
        finally:
            return asked(manila.requests.list(), start)  # noqa: B012  # a program may end with what it was refused


def test_a_request_is_about_what_its_path_or_its_body_names() -> None:
    def program(client: Client) -> None:
        old = client.call("GET", "/shares")[0]
        new = client.make_share("db")
        client.show(new["id"])
        client.show(old["id"])
        client.call("POST", "/snapshots", {"snapshot": {"share_id": new["id"]}})
        client.show(new["id"])

    made = requests_of(program)
    assert [request.what for request in made] == [
        "identity.tokens.create",
        "shares.list",
        "shares.create 'db'",
        "shares.show 'db'",
        "shares.show 'old'",
        "snapshots.create 'db'",
        "shares.show 'db' (2nd)",
    ]
    assert [request.number for request in made if request.names] == [4, 5, 6, 7]
    assert [request.number for request in made if request.starts] == [3, 6]


def test_a_share_that_gets_another_name_is_known_by_that() -> None:
    def program(client: Client) -> None:
        made = client.make_share("db")
        client.call("PUT", f"/shares/{made['id']}", {"share": {"display_name": "data"}})
        client.show(made["id"])

    assert [request.about for request in requests_of(program)] == [None, "db", "db", "data"]


def test_what_is_gone_has_no_name() -> None:
    def program(client: Client) -> None:
        made = client.make_share("db")
        client.delete(made["id"])
        client.show(made["id"])

    *_, last = requests_of(program)
    assert (last.status, last.about, last.nth, last.names) == (404, None, 1, False)


def test_reading_the_same_again_repeats_until_the_answer_is_another_one() -> None:
    def program(client: Client) -> None:
        made = client.make_share("db")
        client.show(made["id"])
        client.show(made["id"])
        client.call("PUT", f"/shares/{made['id']}", {"share": {"display_description": "x"}})
        client.show(made["id"])
        client.show(made["id"])

    shows = [request for request in requests_of(program) if request.operation == "shares.show"]
    assert [request.repeats for request in shows] == [False, True, False, True]


def test_the_rule_about_a_request_meets_it_and_no_other() -> None:
    """The number that is counted here is the one that a rule in the world counts."""

    def program(client: Client) -> None:
        for name in ("a", "b", "a"):
            share = client.make_share(name)
            client.show(share["id"])
            allow = {"allow_access": {"access_type": "ip", "access_to": "10.0.0.1", "access_level": "rw"}}
            rule = client.call("POST", f"/shares/{share['id']}/action", allow)
            for _ in range(2):
                client.call("GET", f"/share-access-rules/{rule['id']}")
        client.call("GET", "/shares")

    made = requests_of(program)
    with FakeManila(serve=False) as manila:
        manila.create("share", name="old")
        for request in made:
            when = {"after": request.nth - 1, "sequence": ["fail"]}
            rule = {"name": str(request.number), "match": request.match(), "when": when, "do": {"delay": 0}}
            manila.faults.add(rule)
        program(Client(manila.session()))
        met = [(number, each["faults"]) for number, each in enumerate(manila.requests.list(), start=1)]
        assert met == [(number, [str(number)]) for number in range(1, len(made) + 1)]
    assert {request.what for request in made} > {"share_access_rules.show 'a' (4th)", "share_access_rules.show 'b'"}


class TestPattern:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("db-1", "db-1"),
            ("data 2026", "data 2026"),
            ("backup-20260101T000000", "backup-*"),
            ("pvc-0b5c1f7e-3c52-4bb1-a3a4-6f0e2c1d9a11", "pvc-*"),
            ("run-1767225600-db", "run-*-db"),
            ("what? [x]", "what[?] [[]x]"),
        ],
    )
    def test_what_is_made_up_anew_each_time_is_left_out(self, name: str, expected: str) -> None:
        assert pattern(name) == expected

    @given(st.text())
    def test_fits_its_own_name(self, name: str) -> None:
        assert fnmatchcase(name, pattern(name))
