"""Programs meet failures, and what they leave in their worlds is compared."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from fakemanila.sweep import cases, failures
from fakemanila.sweep.results import Result
from fakemanila.sweep.stage import Stage, Undisturbed

from .playing import Client, Program, stage

ANY = tuple(failures.FAILURES.values())


def swept(program: Program, faults: str | None = None, **scenario: Any) -> dict[str, Result]:
    with stage(program, **scenario) as made:
        first = made.undisturbed()
        assert first.ended.passed, first.ended.output
        kinds = ANY if faults is None else failures.parse(faults)
        chosen = cases.singles(cases.selected(first.requests), kinds)
        return {result.case.id: result for result in made.run_all(chosen, first)}


def told(results: dict[str, Result]) -> dict[str, str]:
    """The runs that aren't plainly passed."""
    return {
        id: " ".join([result.verdict, *map(str, result.differences)])
        for id, result in results.items()
        if result.verdict != "passed"
    }


def make_blindly(client: Client) -> None:
    """Tries again whatever happens, and never looks."""
    for _ in range(3):
        with suppress(Exception):
            client.make_share("db")
            return
    raise RuntimeError("gave up")


def make_carefully(client: Client) -> None:
    """Looks whether the share is there before it makes one, and what has become of it."""
    for _ in range(5):
        with suppress(Exception):
            found = client.named("db")
            if not found:
                client.make_share("db")
            elif found[0]["status"] == "available":
                return
            elif found[0]["status"] == "error":
                client.delete(found[0]["id"])
    raise RuntimeError("gave up")


def test_a_lost_answer_makes_a_second_share() -> None:
    assert told(swept(make_blindly)) == {
        "2:reset-after": "debris one share 'db' too many",
        "2:ends-in-error": "debris share 'db': status 'error', not 'available'",
        "2:stuck": "debris share 'db': status 'creating', not 'available'",
    }


def test_a_careful_program_gets_over_all_but_what_never_ends_and_a_list_that_lags() -> None:
    found = swept(make_carefully)
    assert told(found) == {
        "3:stuck": "failed share 'db': status 'creating', not 'available'",
        "4:stale-list": "debris one share 'db' too many",
    }
    assert {result.case.faults[0][1].name for result in found.values()} == set(failures.FAILURES) - {"gone"}


class TestGone:
    def test_what_the_program_made_is_lacking_where_it_says_that_all_is_well(self) -> None:
        def program(client: Client) -> None:
            made = client.make_share("db")
            with suppress(Exception):
                client.show(made["id"])

        assert told(swept(program, "gone")) == {"3:gone": "debris no share 'db'"}

    def test_what_was_there_before_is_not_held_against_it(self) -> None:
        def program(client: Client) -> None:
            for each in client.call("GET", "/shares"):
                with suppress(Exception):
                    client.show(each["id"])

        assert told(swept(program, "gone", resources=[{"kind": "share", "name": "db"}])) == {}


def test_a_run_begins_as_the_first_one_did_whatever_its_world_is_called() -> None:
    seen: list[tuple[str, str]] = []

    def program(client: Client) -> None:
        made = client.make_share("db")
        seen.append((made["id"], made["created_at"]))

    swept(program, "reset-after,ends-in-error,stuck")
    assert len(seen) == 3  # one never heard of its share
    assert len(set(seen)) == 1


def test_what_never_comes_again_is_not_reached() -> None:
    runs = iter(range(9))

    def program(client: Client) -> None:
        if next(runs) == 0:
            client.call("GET", "/snapshots")
        client.make_share("db")

    found = swept(program, "500")
    assert [(result.verdict, result.reached) for result in found.values()] == [("not reached", False), ("failed", True)]


def test_threads_may_come_in_another_order() -> None:
    """Each request is found again by its share's name, whoever is first."""
    runs = iter(range(99))

    def program(client: Client) -> None:
        names = ["a", "b"] if next(runs) % 2 else ["b", "a"]
        for name in names:
            client.show(client.make_share(name)["id"])

    with stage(program) as made:
        first = made.undisturbed()
        chosen = cases.singles(cases.selected(first.requests), failures.parse("reset-before"))
        for result in made.run_all(chosen, first):
            assert result.reached
            if result.case.faults[0][0].operation == "shares.create":
                (met,) = (line for line in result.journal if "fault=" in line)
                assert f'"name": "{result.case.faults[0][0].about}"' in met


def test_names_that_are_made_up_anew_are_recognised() -> None:
    runs = iter(range(99))

    def program(client: Client) -> None:
        made = client.make_share(f"pvc-{next(runs):08x}-0000-4000-8000-000000000000")
        client.show(made["id"])

    found = swept(program, "500,expired-token")
    assert all(result.reached for result in found.values())
    assert told(found) == {"2:500": "failed no share 'pvc-*'", "3:500": "failed"}


def test_two_failures_in_one_run() -> None:
    with stage(make_blindly) as made:
        first = made.undisturbed()
        chosen = cases.singles(cases.selected(first.requests), failures.parse("reset-before,500"))
        passed = [result.case for result in made.run_all(chosen, first) if result.verdict == "passed"]
        two, number = cases.pairs(passed)
        found = {result.case.id: result for result in made.run_all(two, first)}
    assert number == len(found) == 4  # each, and then each again when it tries again
    assert all(result.reached and result.verdict == "passed" for result in found.values())
    assert "2:reset-before+2:500" in found


def test_whoever_stops_listening_waits_for_no_run() -> None:
    stopped: list[bool] = []
    with stage(make_blindly) as made:
        made._stop = lambda: stopped.append(True)
        first = made.undisturbed()
        chosen = cases.singles(cases.selected(first.requests), ANY)
        listening = made.run_all(chosen, first)
        next(listening)
        listening.close()  # type: ignore[attr-defined]
    assert stopped == [True]


class TestInParallel:
    @pytest.fixture
    def together(self) -> Iterator[tuple[Stage, Undisturbed]]:
        meeting = threading.Barrier(2)
        ran = iter([False])

        def program(client: Client) -> None:
            client.make_share("db")
            if next(ran, True):
                meeting.wait(10)

        with stage(program) as made:
            yield made, made.undisturbed()

    def test_runs_go_on_at_once_each_in_its_world(self, together: tuple[Stage, Undisturbed]) -> None:
        made, first = together
        chosen = cases.singles(cases.selected(first.requests), failures.parse("expired-token,ends-in-error"))
        found = list(made.run_all(chosen, first, jobs=2))
        assert [result.verdict for result in found] == ["passed", "debris"]
