"""Going back to how a world was, and going on from there in another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from fakemanila.http.wire import WireError
from fakemanila.world.checkpoints.checkpoint import Checkpoint
from fakemanila.world.checkpoints.named import MAX_CHECKPOINTS
from fakemanila.world.state import document as state
from fakemanila.world.state.changes import Watch
from fakemanila.world.state.database import Database
from fakemanila.world.world import World

from ..api import NOBODY, Answer, Api
from .test_state_machine import PRESETS, REPLICATED, SERVED, STEPS, USERS, VERSIONS, CallOf, draw, filled

Step = Callable[[], object]


def journal(world: World, after: int = 0) -> list[Any]:
    return [entry.to_json() for entry in world.journal if entry.number > after]


class GoingBack(RuleBasedStateMachine):
    """Any history, a checkpoint, any history; back again, and the same history tells the same."""

    def __init__(self) -> None:
        super().__init__()
        self.api = Api(delays={"default": {"uniform": ["1s", "20s"]}})
        self.world = self.api.world
        self.api.make_type("replicated", extra_specs=REPLICATED)
        for user in USERS:
            self.api.token(user)
        self.watch = Watch(self.world)
        self.database = Database(Path(":memory:"), {})
        self.since: list[tuple[Step, object]] = []
        self.save()

    def teardown(self) -> None:
        self.database.close()

    def do(self, ask: Callable[[], Answer]) -> None:
        def step() -> object:
            try:
                answer = ask()
            except WireError as lost:
                return repr(lost)
            return answer.status, sorted(answer.headers), answer.content

        self.since.append((step, step()))

    # What happens

    @rule(data=st.data(), call=st.sampled_from(SERVED), user=st.sampled_from(USERS), version=st.sampled_from(VERSIONS))
    def ask(self, data: st.DataObject, call: CallOf, user: str, version: str) -> None:
        drawn = draw(self.world, data)
        sent: dict[str, Any] = {} if call.body is None else {"body": filled(call.body, drawn)}
        sent["headers"] = {"X-OpenStack-Manila-API-Experimental": "true"}
        self.request(call.method, filled(call.path, drawn), user=user, version=version, **sent)

    def request(self, method: str, path: str, **sent: Any) -> None:
        self.do(lambda: self.api.call(method, path, **sent))

    @rule(user=st.sampled_from(USERS), size=st.integers(1, 3), word=st.sampled_from("abc"))
    def make_a_share_and_a_snapshot(self, user: str, size: int, word: str) -> None:
        share = {"size": size, "share_proto": "NFS", "name": word}
        self.request("POST", "/v2/shares", body={"share": share}, user=user)
        for made in list(self.world.store["shares"])[-1:]:
            body = {"snapshot": {"share_id": made["id"], "force": True}}
            self.request("POST", "/v2/snapshots", body=body, user=user)

    @rule(user=st.sampled_from(USERS), name=st.sampled_from("abc"))
    def ask_keystone(self, user: str, name: str) -> None:
        project = self.api.project_id(user)
        self.request("PUT", f"/identity/v3/projects/{project}/tags/{name}", user="admin")
        self.do(lambda: self.api.login(user))
        credential = {"application_credential": {"name": name}}
        path = f"/identity/v3/users/{self.api.user_id(user)}/application_credentials"
        self.request("POST", path, body=credential, user=user)

    @rule(preset=st.sampled_from(PRESETS), user=st.sampled_from(USERS), probability=st.sampled_from([0.5, 1]))
    def add_fault(self, preset: str, user: str, probability: float) -> None:
        fault = {"preset": preset, "match": {"user": user}, "when": {"probability": probability}}
        self.control("POST", "/faults", fault)

    @rule(how=st.sampled_from(STEPS))
    def advance(self, how: Any) -> None:
        self.control("POST", "/clock/advance", how)

    @rule(delay=st.sampled_from([0, {"reads": 2}, {"uniform": [0, "1m"]}]))
    def change_delays(self, delay: Any) -> None:
        self.control("PATCH", "/delays", {"default": delay})

    @precondition(lambda self: bool(len(self.world.scheduler)))
    @rule(data=st.data(), outcome=st.sampled_from(["success", "error", "hold", "release"]))
    def decide(self, data: st.DataObject, outcome: str) -> None:
        pending = data.draw(st.sampled_from([each.id for each in self.world.scheduler.pending()]))
        self.control("POST", f"/transitions/{pending}", {"outcome": outcome})

    def control(self, method: str, path: str, body: Any = None) -> None:
        self.request(method, f"/_fakemanila{path}", body=body, user=NOBODY)

    # Back again

    @rule()
    def save(self) -> None:
        self.checkpoint = Checkpoint.take(self.world)
        self.before = state.dump(self.world), journal(self.world)
        self.since = []

    @rule()
    def go_back(self) -> None:
        everything = state.dump(self.world), journal(self.world)
        self.checkpoint.restore(self.world)
        assert (state.dump(self.world), journal(self.world)) == self.before
        self.what_was_saved_bit_by_bit_is_the_whole()
        assert [step() for step, _ in self.since] == [told for _, told in self.since]
        assert (state.dump(self.world), journal(self.world)) == everything

    @rule()
    def fork(self) -> None:
        made = self.api.worlds.fork("fork", self.checkpoint, self.world.initial, replace=True)
        assert {**state.dump(made), "name": self.world.name} == self.before[0]

    @rule()
    def what_was_saved_bit_by_bit_is_the_whole(self) -> None:
        self.database.write({"default": self.watch.take()}, {"default"})
        assert self.database.read() == {"default": state.dump(self.world)}


TestGoingBack = pytest.mark.filterwarnings("ignore")(GoingBack.TestCase)
TestGoingBack.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def api() -> Api:
    api = Api()
    api.token()
    return api


def test_what_was_rendered_before_is_not_shown_again(api: Api) -> None:
    share = api.make_share(name="before")["id"]
    before = api.get("/v2/shares/detail").content
    saved = Checkpoint.take(api.world)
    api.put(f"/v2/shares/{share}", {"share": {"display_name": "after"}})
    after = api.get("/v2/shares/detail").content
    assert after != before
    saved.restore(api.world)
    assert api.get("/v2/shares/detail").content == before
    api.put(f"/v2/shares/{share}", {"share": {"display_name": "after"}})
    assert api.get("/v2/shares/detail").content == after


def test_of_the_journal_what_came_later_goes_and_what_has_gone_stays_gone(api: Api) -> None:
    api.get("/v2/shares")
    saved = Checkpoint.take(api.world)
    kept = journal(api.world)
    api.get("/v2/snapshots")
    saved.restore(api.world)
    assert journal(api.world) == kept
    api.get("/v2/shares")
    api.world.journal.clear()
    api.get("/v2/snapshots")
    saved.restore(api.world)
    assert journal(api.world) == []


def test_the_journal_of_before_a_reset_stays_gone(api: Api) -> None:
    saved = Checkpoint.take(api.world)
    api.world.reset()
    api.get("/healthcheck", user=NOBODY)
    later = Checkpoint.take(api.world)
    saved.restore(api.world)
    assert journal(api.world) == []
    api.get("/healthcheck", user=NOBODY)
    later.restore(api.world)
    assert journal(api.world) == []


def test_bodies_of_requests_that_are_dropped_make_room(api: Api) -> None:
    room = api.world.journal._room
    saved = Checkpoint.take(api.world)
    api.get("/v2/shares/detail")
    assert api.world.journal._room < room
    saved.restore(api.world)
    assert api.world.journal._room == room


def test_the_settings_are_those_of_then_and_a_reset_goes_where_it_went(api: Api) -> None:
    saved = Checkpoint.take(api.world)
    api.post("/_fakemanila/reset", {"max_microversion": "2.40"}, user=NOBODY)
    saved.restore(api.world)
    assert api.get("/v2/shares", version="2.99").status == 200
    api.world.reset()
    assert str(api.world.settings.max_microversion) == "2.40"


def test_metrics_count_on(api: Api) -> None:
    saved = Checkpoint.take(api.world)
    api.get("/v2/shares")
    saved.restore(api.world)
    api.get("/v2/shares")
    assert 'requests_total{operation="shares.list",status="200"} 2' in api.get("/_fakemanila/metrics", user=NOBODY).text


def test_a_real_clock_runs_on_from_then() -> None:
    now = [datetime(2026, 1, 1)]
    api = Api(rate=1.0, start=None, time_source=lambda: now[0])
    saved = Checkpoint.take(api.world)
    now[0] += timedelta(hours=1)
    saved.restore(api.world)
    assert api.world.now() == datetime(2026, 1, 1)
    now[0] += timedelta(seconds=5)
    assert api.world.now() == datetime(2026, 1, 1, 0, 0, 5)


def test_a_list_lags_behind_as_it_did(api: Api) -> None:
    api.world.faults.add("list-lag:10s")
    api.make_share(name="one")
    api.world.advance(timedelta(seconds=5))
    api.make_share(name="two")
    saved = Checkpoint.take(api.world)
    before = api.get("/v2/shares/detail").content
    api.world.advance(timedelta(minutes=1))
    api.get("/v2/shares/detail")
    saved.restore(api.world)
    assert api.get("/v2/shares/detail").content == before


def test_they_outlive_a_reset_and_there_are_only_so_many(api: Api) -> None:
    api.make_share()
    before = state.dump(api.world)
    for number in range(MAX_CHECKPOINTS):
        api.world.checkpoints.save(f"n{number}", api.world)
    with pytest.raises(ValueError, match=f"'more' would be one more than the {MAX_CHECKPOINTS} allowed"):
        api.world.checkpoints.save("more", api.world)
    api.world.reset()
    api.world.checkpoints["n7"].restore(api.world)
    assert state.dump(api.world) == before
    api.world.checkpoints.save("n7", api.world)
    assert list(api.world.checkpoints)[-1] == "n7"
    assert len(api.world.checkpoints) == MAX_CHECKPOINTS
