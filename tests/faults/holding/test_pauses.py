"""Requests that are held before anything is done, or before their answer is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from keystoneauth1.exceptions import ConnectFailure

from fakemanila import ControlFailure, FakeManila
from fakemanila.faults.holding import Holding
from fakemanila.world.waiting import Room

from ...api import Api
from .conversing import LONG, Caller, held, status

CREATE = "shares.create"


class TestAtArrival:
    def test_nothing_is_done_and_nobody_else_waits(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE) as point:
            answer = caller.create()
            request = point.wait()
            assert (request.at, request.status, request.answer) == ("arrival", None, None)
            assert caller.names() == []
            assert manila.requests.count(operation=CREATE) == 0
            point.release()
            assert status(answer) == 200
        assert caller.names() == ["db"]

    def test_it_says_which_request_it_is(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE, name="look") as point:
            answer = caller.create("shown")
            request = point.wait()
            assert (request.operation, request.method, request.path) == (CREATE, "POST", "/v2/shares")
            assert (request.user, request.project) == ("demo", "demo")
            assert request.body["share"]["name"] == "shown"
            assert request["request"]["headers"]["X-Auth-Token"] == "***"
            assert (request["rule"], request["fault"]) == (point.rule, "look")
            assert request["since"] == manila.clock.show()["now"]
            point.release()
            assert status(answer) == 200
        last = manila.requests.last(operation=CREATE)
        assert last is not None
        assert (last["id"], last["faults"]) == (request.request_id, ["look"])

    def test_a_dropped_one_is_not_carried_out(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE) as point:
            answer = caller.create()
            point.wait().drop()
            with pytest.raises(ConnectFailure):
                answer.result(LONG)
        assert held(manila)[0]["ended"] == "drop"
        assert caller.names() == []

    def test_one_that_is_answered_otherwise_is_not_carried_out(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE) as point:
            answer = caller.create()
            point.wait().respond(status=503, headers={"Retry-After": "7"})
            found = answer.result(LONG)
        assert (found.status_code, found.headers["Retry-After"]) == (503, "7")
        assert found.json()["serviceUnavailable"]["code"] == 503
        assert caller.names() == []
        assert manila.requests.explain()["refusal"]["carried_out"] is False

    def test_it_is_looked_at_as_it_is_when_it_goes_on(self, manila: FakeManila, caller: Caller) -> None:
        share = manila.create("share")
        with manila.breakpoint("shares.show", times=1) as point:
            answer = caller.begin("GET", f"/shares/{share.id}")
            point.wait()
            caller.ask("DELETE", f"/shares/{share.id}")
            manila.clock.advance("2h")
            point.release()
            assert status(answer) == 404
        refused, again = manila.requests.list(operation="shares.show")
        assert (refused["status"], again["status"]) == (401, 404)  # with a new token

    def test_time_that_passes_meanwhile_is_the_worlds(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint("shares.list") as point:
            answer = caller.begin("GET", "/shares")
            point.wait()
            manila.clock.advance("90s")
            point.release()
            assert status(answer) == 200
        assert held(manila) == [{"fault": "fault-1", "at": "arrival", "seconds": 90.0, "ended": "continue"}]
        last = manila.requests.last()
        assert last is not None
        assert last["duration"] == 90.0


class TestAtTheAnswer:
    def test_the_work_is_done_and_everybody_sees_it(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE, at="answer") as point:
            answer = caller.create()
            request = point.wait()
            assert (request.at, request.status) == ("answer", 200)
            assert caller.names() == ["db"]
            assert request.answer["share"]["id"] == manila.records("share")[0].id
            assert not answer.done()
            point.release()
            assert answer.result(LONG).json() == request.answer

    def test_a_dropped_answer_is_lost_and_the_work_stays(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE, at="answer") as point:
            answer = caller.create()
            point.wait().drop()
            with pytest.raises(ConnectFailure):
                answer.result(LONG)
        last = manila.requests.last(operation=CREATE)
        assert last is not None
        assert (last["status"], last["held"][0]["ended"]) == (0, "drop")
        assert caller.names() == ["db"]

    def test_another_answer_takes_its_place(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE, at="answer") as point:
            answer = caller.create()
            point.wait().respond(status=504, body="<html>too late</html>")
            assert (status(answer), answer.result().text) == (504, "<html>too late</html>")
        assert caller.names() == ["db"]
        refusal = manila.requests.explain()["refusal"]
        assert (refusal["kind"], refusal["carried_out"]) == ("fault", True)

    def test_what_other_rules_make_of_the_answer_is_shown(self, manila: FakeManila, caller: Caller) -> None:
        manila.faults.add({"match": {"operation": CREATE}, "do": {"blank": "name"}})
        with manila.breakpoint(CREATE, at="answer") as point:
            answer = caller.create()
            assert point.wait().answer["share"]["name"] is None
            point.release()
            assert answer.result(LONG).json()["share"]["name"] is None

    def test_a_refusal_is_held_as_well(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint("shares.show", at="answer") as point:
            answer = caller.begin("GET", "/shares/none")
            assert point.wait().status == 404
            point.release()
            assert status(answer) == 404


class TestOtherRules:
    def test_an_answer_of_another_rule_comes_when_it_is_let_go(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE) as point:
            manila.faults.add("lb-502", operation=CREATE)
            answer = caller.create()
            point.wait().release()
            assert status(answer) == 502
        assert manila.faults[-1]["fired"] == 1
        assert caller.names() == []

    def test_what_is_decided_goes_before_the_answer_of_another_rule(self, manila: FakeManila, caller: Caller) -> None:
        manila.faults.add({"match": {"operation": CREATE}, "do": {"commit_then": {"respond": {"status": 500}}}})
        with manila.breakpoint(CREATE) as point:
            answer = caller.create()
            point.wait().respond(status=409)
            assert status(answer) == 409
        assert caller.names() == []

    def test_what_is_decided_at_arrival_is_not_held_again(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE) as point, manila.breakpoint(CREATE, at="answer"):
            answer = caller.create()
            point.wait().respond(status=409)
            assert status(answer) == 409

    def test_an_answer_that_would_be_lost_is_held_before_that(self, manila: FakeManila, caller: Caller) -> None:
        manila.faults.add({"match": {"operation": CREATE}, "do": {"commit_then": {"reset": True}}})
        with manila.breakpoint(CREATE, at="answer") as point:
            answer = caller.create()
            request = point.wait()
            assert (request.status, request.answer) == (0, None)
            point.release()
            with pytest.raises(ConnectFailure):
                answer.result(LONG)

    def test_several_hold_it_one_after_another(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE) as first, manila.breakpoint(CREATE) as second:
            answer = caller.create()
            first.wait().release()
            second.wait().release()
            assert status(answer) == 200
        assert [each["fault"] for each in held(manila)] == ["fault-1", "fault-2"]

    def test_one_of_several_effects_may_hold_it(self, manila: FakeManila, caller: Caller) -> None:
        manila.faults.add({"do": {"one_of": [{"pause": True}]}}, operation=CREATE)
        answer = caller.create()
        [request] = manila.paused.wait()
        request.release()
        assert status(answer) == 200


class TestHowItEnds:
    def test_after_max_it_goes_on(self, manila: FakeManila, caller: Caller) -> None:
        with manila.breakpoint(CREATE, max="10ms"):
            assert status(caller.create()) == 200
        assert held(manila)[0]["ended"] == "max"

    @pytest.mark.parametrize("one", [True, False])
    def test_with_its_rule(self, manila: FakeManila, caller: Caller, one: bool) -> None:
        manila.faults.add({"do": {"pause": True}}, operation=CREATE)
        answer = caller.create()
        manila.paused.wait()
        if one:
            manila.faults.remove("fault-1")
        else:
            manila.faults.clear()
        assert status(answer) == 200
        assert held(manila)[0]["ended"] == "rule removed"

    def test_with_the_block_that_holds_it_also_where_that_fails(self, manila: FakeManila, caller: Caller) -> None:
        with pytest.raises(RuntimeError, match="a bug of the test"), manila.breakpoint(CREATE) as point:  # noqa: PT012
            answer = caller.create()
            point.wait()
            raise RuntimeError("a bug of the test")
        assert status(answer) == 200
        assert manila.faults == []

    def test_a_reset_answers_what_had_not_begun_and_keeps_it_out_of_the_new_world(
        self, manila: FakeManila, caller: Caller
    ) -> None:
        with manila.breakpoint(CREATE) as arrival, manila.breakpoint("shares.list", at="answer") as late:
            creation, listing = caller.create(), caller.begin("GET", "/shares")
            arrival.wait()
            late.wait()
            manila.reset()
            assert (status(creation), status(listing)) == (503, 200)
        assert manila.records("share") == []
        assert manila.requests == []
        assert manila.paused == []

    def test_with_its_world(self, manila: FakeManila, pool: ThreadPoolExecutor) -> None:
        other = manila.world("other")
        caller = Caller(other, pool)
        with other.breakpoint(CREATE) as point:
            answer = caller.create()
            point.wait()
            assert manila.paused == []
            manila.control.worlds.drop("other")
            assert status(answer) == 503
        manila.control.worlds.drop("other")

    def test_with_the_state_of_its_world(self, manila: FakeManila, caller: Caller) -> None:
        state = manila.state.dump()
        with manila.breakpoint(CREATE) as point:
            answer = caller.create()
            point.wait()
            manila.state.load(state)
            assert status(answer) == 503
        assert manila.records("share") == []

    @pytest.mark.parametrize("serve", [True, False])
    def test_with_the_server(self, pool: ThreadPoolExecutor, serve: bool) -> None:
        with FakeManila(serve=serve) as manila:
            caller = Caller(manila, pool)
            manila.faults.add({"do": {"pause": {"at": "answer"}}}, operation=CREATE)
            answer = caller.create()
            manila.paused.wait()
        assert status(answer) == 200


class TestHowManyAndHowLong:
    def test_one_too_many_is_not_held_and_the_journal_says_so(self) -> None:
        api = Api()
        api.token()
        api.world.held = Holding(Room(0))
        api.world.faults.add({"do": {"pause": True}})
        assert api.get("/v2/shares").status == 200
        assert api.journal[-1].held == ({"fault": "fault-1", "at": "arrival", "seconds": 0.0, "ended": "full"},)

    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            ({"max": "11m"}, "do.pause.max: '11m' is not more than 0 and up to 10m"),
            ({"max": 0}, "do.pause.max: 0 is not"),
            ({"max": "soon"}, "do.pause.max: 'soon' is not a valid duration"),
            ({"at": "answr"}, "neither 'arrival' nor 'answer'; did you mean 'answer'"),
            ({"at": None}, "do.pause.at: None"),
            ({"for": "1s"}, "'for' is not a known field"),
            (False, "do.pause: False is not an object"),
        ],
    )
    def test_a_wrong_value_is_refused(self, manila: FakeManila, value: Any, hint: str) -> None:
        with pytest.raises(ControlFailure, match=hint):
            manila.faults.add({"do": {"pause": value}})
