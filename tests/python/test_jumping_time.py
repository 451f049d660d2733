"""Clients that were handed out work whichever way time jumps, and whenever they were made: nothing waits for years."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from freezegun import freeze_time
from keystoneauth1.adapter import Adapter

from fakemanila import FakeManila
from fakemanila.world.clock import stopwatch, wall_clock

# Clients warn of what is deprecated below them, and of certificates in a time before there were any.
pytestmark = pytest.mark.filterwarnings("ignore")

PAST, FUTURE = datetime(2001, 2, 3, 4, 5, 6), datetime(2060, 2, 3, 4, 5, 6)


def freezegun(moment: datetime, **how: Any) -> Any:
    return freeze_time(moment, **how)


def travel(moment: datetime, **how: Any) -> Any:
    return time_machine.travel(moment.replace(tzinfo=timezone.utc), **{"tick": False, **how})


FREEZERS = pytest.mark.parametrize("freeze", [freezegun, travel], ids=["freezegun", "time-machine"])
MOMENTS = pytest.mark.parametrize("moment", [PAST, FUTURE], ids=["past", "future"])
TRANSPORTS = pytest.mark.parametrize("serve", [True, False], ids=["socket", "in-process"])


def by_manilaclient(manila: FakeManila) -> Callable[[], list[str]]:
    client = manila.client()
    return lambda: [share.name for share in client.shares.list()]


def by_openstacksdk(manila: FakeManila) -> Callable[[], list[str]]:
    connection = manila.connect()
    return lambda: [share.name for share in connection.shared_file_system.shares()]


def by_session(manila: FakeManila) -> Callable[[], list[str]]:
    session = manila.session()
    where = {"endpoint_filter": {"service_type": "sharev2"}, "microversion": "2.65"}
    return lambda: [share["name"] for share in session.get("/shares", **where).json()["shares"]]


CLIENTS = (by_manilaclient, by_openstacksdk, by_session)


@pytest.fixture(autouse=True)
def no_long_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would sleep for years fails instead."""
    sleep = time.sleep

    def short(seconds: float) -> None:
        assert seconds < 60, f"a sleep of {seconds} seconds"
        sleep(seconds)

    monkeypatch.setattr("time.sleep", short)


def logins(manila: FakeManila) -> int:
    return manila.requests.count(operation="identity.tokens.create")


@FREEZERS
@MOMENTS
@TRANSPORTS
@pytest.mark.parametrize("make", CLIENTS)
def test_a_client_from_before_inside_and_after_works_everywhere(
    freeze: Any, moment: datetime, serve: bool, make: Any
) -> None:
    with FakeManila(serve=serve, token_ttl="876000h") as manila:
        manila.create("share", name="db")
        made = [make(manila), make(manila)]
        assert made[0]() == ["db"]
        with freeze(moment):
            assert abs(manila.clock.now() - moment) < timedelta(minutes=1)
            made += [make(manila), make(manila)]
            assert [ask() for ask in made[:3]] == [["db"]] * 3
            assert logins(manila) <= 3 + 1  # one of before may be too old, and logs in again
        assert abs(manila.clock.now() - datetime.now(timezone.utc).replace(tzinfo=None)) < timedelta(minutes=1)
        made.append(make(manila))
        assert [ask() for ask in made] == [["db"]] * 5


@FREEZERS
@TRANSPORTS
@pytest.mark.parametrize("make", CLIENTS)
def test_jumps_within_a_frozen_block(freeze: Any, serve: bool, make: Any) -> None:
    with freeze(FUTURE) as frozen, FakeManila(serve=serve) as manila:
        manila.create("share", name="db")
        ask = make(manila)
        for years in (0, 20, -40, 1, -1):
            moment = FUTURE.replace(year=FUTURE.year + years)
            frozen.move_to(moment if freeze is freezegun else moment.replace(tzinfo=timezone.utc))
            assert manila.clock.now() == moment
            assert ask() == ["db"]


@pytest.mark.parametrize("make", CLIENTS)
def test_time_that_ticks_by_itself(make: Any) -> None:
    with FakeManila(token_ttl="1h") as manila:
        manila.create("share", name="db")
        before = make(manila)
        for how in (freezegun(FUTURE, auto_tick_seconds=15), freezegun(PAST, tick=True), travel(FUTURE, tick=True)):
            with how:
                assert before() == make(manila)() == ["db"]
        assert before() == ["db"]


@freeze_time("2030-01-01")
def test_a_frozen_function() -> None:
    with FakeManila(serve=False) as manila:
        assert by_manilaclient(manila)() == []
        assert manila.clock.now() == datetime(2030, 1, 1)


@freeze_time("2030-01-01", tz_offset=5)
class TestFrozenClass:
    def test_a_method_of_it(self) -> None:
        with FakeManila() as manila:
            assert by_openstacksdk(manila)() == []
            assert manila.clock.now() == datetime(2030, 1, 1)


def test_frozen_coroutines() -> None:
    with FakeManila() as manila:
        ask = by_session(manila)

        async def frozen() -> datetime:
            @freeze_time(FUTURE, real_asyncio=True)
            async def inside() -> datetime:
                assert await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(4))) == [[]] * 4
                return manila.clock.now()

            now: datetime = await inside()
            return now

        @time_machine.travel(PAST.replace(tzinfo=timezone.utc), tick=False)
        async def travelled() -> datetime:
            assert await asyncio.to_thread(ask) == []
            return manila.clock.now()

        assert (asyncio.run(frozen()), asyncio.run(travelled())) == (FUTURE, PAST)


@FREEZERS
def test_tokens_expire_by_the_worlds_clock_alone(freeze: Any) -> None:
    with FakeManila(clock="manual", token_ttl="1h") as manila:
        ask = by_session(manila)
        ask()
        with freeze(FUTURE):  # the machine's clock says that it has expired, the world's doesn't
            ask()
            assert logins(manila) == 1
            manila.clock.advance("61m")
        with freeze(PAST):  # and the other way round
            ask()
            assert logins(manila) == 2
            ask()
            assert logins(manila) == 2


class TestLimits:
    """A limit that an adapter was told to keep holds, by seconds that really pass."""

    @pytest.fixture
    def session(self) -> Iterator[Any]:
        with FakeManila(serve=False, token_ttl="876000h") as manila:
            session = manila.session()
            session.get("/shares", endpoint_filter={"service_type": "sharev2"})  # logs in, and looks around
            yield session

    def test_so_many_requests_a_second(self, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        starts: list[float] = []
        send = session.session.request

        def timed(*args: Any, **kwargs: Any) -> Any:
            starts.append(stopwatch())
            return send(*args, **kwargs)

        monkeypatch.setattr(session.session, "request", timed)
        adapter = Adapter(session, service_type="sharev2", rate_limit=20)
        for moment in (PAST, FUTURE):
            with freeze_time(moment):
                assert [adapter.get("/shares").status_code for _ in range(3)] == [200] * 3
        assert len(starts) == 6
        assert all(later - earlier > 0.04 for earlier, later in pairwise(starts))

    def test_so_many_at_once(self, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        inside: list[None] = []
        most: list[int] = []
        send = session.session.request

        def counted(*args: Any, **kwargs: Any) -> Any:
            inside.append(None)
            most.append(len(inside))
            time.sleep(0.01)
            answer = send(*args, **kwargs)
            inside.pop()
            return answer

        monkeypatch.setattr(session.session, "request", counted)
        adapter = Adapter(session, service_type="sharev2", concurrency=2)
        with freeze_time(PAST), ThreadPoolExecutor(6) as pool:
            answers = pool.map(lambda _: adapter.get("/shares").status_code, range(6))
            assert list(answers) == [200] * 6
        assert max(most) == 2


def test_threads_that_find_their_token_expired_together_all_get_a_new_one() -> None:
    with FakeManila(clock="manual", token_ttl="1h") as manila:
        ask = by_session(manila)
        ask()
        for _ in range(5):
            manila.clock.advance("2h")
            with ThreadPoolExecutor(6) as pool:
                assert list(pool.map(lambda _: ask(), range(6))) == [[]] * 6


class TestWallClock:
    @pytest.mark.parametrize("offset", [-8, 0, 5.5])
    def test_a_frozen_time_zone_changes_nothing(self, offset: Any) -> None:
        with freeze_time("2031-06-01 12:00:00.123456", tz_offset=offset), FakeManila() as manila:
            assert wall_clock() == datetime(2031, 6, 1, 12, 0, 0, 123456)
            share = manila.client().shares.create("NFS", 1)
            assert share.created_at == "2031-06-01T12:00:00.123456"

    @pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Kathmandu"])
    def test_nor_does_one_that_is_travelled_to(self, zone: str) -> None:
        there = datetime(2031, 6, 1, 12, tzinfo=ZoneInfo(zone))
        with time_machine.travel(there, tick=False):
            assert wall_clock() == there.astimezone(timezone.utc).replace(tzinfo=None)

    def test_near_the_top_of_a_thread_it_is_frozen_too(self) -> None:
        with freeze_time(FUTURE), ThreadPoolExecutor(1) as pool:
            assert pool.submit(wall_clock).result() == FUTURE

    @pytest.mark.parametrize(("zone", "day"), [("America/Los_Angeles", "2025-11-01"), ("Europe/Berlin", "2025-10-25")])
    def test_hours_that_come_twice_come_twice(self, zone: str, day: str) -> None:
        code = f"""if True:
            import time_machine
            from datetime import datetime, timedelta, timezone
            from fakemanila.world.clock import wall_clock
            for hours in range(72):
                there = datetime.fromisoformat("{day}") + timedelta(hours=hours)
                with time_machine.travel(there.replace(tzinfo=timezone.utc), tick=False):
                    assert wall_clock() == there, there
        """
        subprocess.run([sys.executable, "-c", code], env={**os.environ, "TZ": zone}, check=True)

    def test_a_freeze_that_ends_meanwhile_harms_nobody(self) -> None:
        with ThreadPoolExecutor(1) as pool:
            done: list[bool] = []

            def look() -> int:
                count = 0
                while not done:
                    wall_clock()
                    count += 1
                return count

            looking = pool.submit(look)
            for _ in range(5):
                with freeze_time(FUTURE):
                    pass
            done.append(True)
            assert looking.result() > 0

    def test_seconds_that_pass_are_not_frozen(self) -> None:
        with freeze_time(FUTURE), contextlib.suppress(TimeoutError):
            began = stopwatch()
            while stopwatch() == began:
                pass
            assert 0 < stopwatch() - began < 60


@FREEZERS
def test_what_takes_no_time_is_done_whichever_way_the_clock_goes(freeze: Any) -> None:
    with FakeManila(clock="real", delays={"snapshots.create": "30s"}) as manila:
        client = manila.client()
        share = client.shares.create("NFS", 1)
        with freeze(PAST) as frozen:
            assert client.shares.get(share.id).status == "available"
            snapshot = client.share_snapshots.create(share.id)
            assert client.share_snapshots.get(snapshot.id).status == "creating"
            later = PAST + timedelta(seconds=30)
            frozen.move_to(later if freeze is freezegun else later.replace(tzinfo=timezone.utc))
            assert client.share_snapshots.get(snapshot.id).status == "available"


def test_a_clock_that_is_set_back_leaves_nothing_half_done() -> None:
    with FakeManila(serve=False, clock="manual", delays={"snapshots.create": "30s"}) as manila:
        client = manila.client()
        share = client.shares.create("NFS", 1)
        snapshot = client.share_snapshots.create(manila.create("share").id)
        manila.clock.set(PAST)
        assert client.shares.get(share.id).status == "available"
        assert client.share_snapshots.get(snapshot.id).status == "creating"
