"""Two hundred threads on twenty worlds, with faults of every kind, over sockets that are kept."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from fakemanila.app import application
from fakemanila.faults.registry import Faults
from fakemanila.http.server import Server
from fakemanila.world.world import Settings
from fakemanila.world.worlds import Worlds

WORLDS = 20
THREADS = 200

FAULTS = (
    {"preset": "flaky:0.2"},
    {"preset": "lb-504-after-commit", "when": {"probability": 0.1}, "match": {"operation": "shares.create"}},
    {"do": {"reset": True}, "when": {"probability": 0.1}},
    {"do": {"empty": True}, "when": {"probability": 0.1}},
    {"do": {"truncate": 0.5}, "when": {"probability": 0.1}},
    {"do": {"malformed": True}, "when": {"probability": 0.1}},
    {"do": {"dribble": {"bytes": 200, "every": "1ms"}}, "when": {"probability": 0.1}},
    {"do": {"hang": "20ms"}, "when": {"probability": 0.1}},
    {"do": {"delay": {"uniform": ["1ms", "10ms"]}}, "when": {"probability": 0.3}},
    {"do": {"stale_list": "1s"}, "match": {"operation": "shares.detail"}, "when": {"probability": 0.2}},
    {"do": {"outcome": "error"}, "match": {"operation": "shares.create"}, "when": {"probability": 0.3}},
    {"do": {"respond": {"status": 503}}, "when": {"probability": 0.05}},
)


def descriptors() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))


def test_nothing_gets_through_to_another_world_and_nothing_is_left() -> None:
    threads_before = set(threading.enumerate())
    sockets_before = descriptors() if Path("/proc/self/fd").is_dir() else None
    worlds = Worlds(Settings(delays={"shares.create": "100ms"}))
    server = Server(application(worlds), stopping=worlds.stopping)
    server.start()
    try:
        for number in range(WORLDS):
            token_of(server.url, number)
            for fault in FAULTS:
                worlds.get(f"w{number}").faults.add(fault)
        with ThreadPoolExecutor(THREADS) as pool:
            seen = Counter[str]()
            for counted in pool.map(lambda number: play(server.url, number), range(THREADS)):
                seen.update(counted)
    finally:
        server.stop()

    assert seen["foreign"] == 0
    assert seen["made"] > THREADS / 2
    assert seen["lost"] > 0, "no fault on the wire has bitten"
    for number in range(WORLDS):
        world = worlds.get(f"w{number}")
        assert {record["name"].partition("-")[0] for record in world.store["shares"]} <= {f"w{number}"}
        unasked = [entry for entry in world.journal if (entry.status or 0) >= 500 and not entry.faults]
        assert unasked == []
        assert fired(world.faults) > 0
    assert set(threading.enumerate()) <= threads_before
    if sockets_before is not None:
        assert descriptors() <= sockets_before


def fired(faults: Faults) -> int:
    return sum(rule.fired for rule in faults)


def token_of(url: str, number: int) -> str:
    password = {"user": {"name": "admin", "domain": {"id": "default"}, "password": "secret"}}
    scope = {"project": {"name": "admin", "domain": {"id": "default"}}}
    body: Any = {"auth": {"identity": {"methods": ["password"], "password": password}, "scope": scope}}
    answer = requests.post(f"{url}/worlds/w{number}/identity/v3/auth/tokens", json=body, timeout=30)
    return str(answer.headers["X-Subject-Token"])


def play(url: str, thread: int) -> Counter[str]:
    """Makes shares named after the thread's world and looks at those that are there; counts what it saw."""
    world = f"w{thread % WORLDS}"
    base = f"{url}/worlds/{world}/v2"
    seen = Counter[str]()
    with requests.Session() as session:
        session.headers["X-OpenStack-Manila-API-Version"] = "2.65"
        session.headers["X-Auth-Token"] = retried(seen, lambda: token_of(url, thread % WORLDS)) or ""
        share: Any = {"share": {"share_proto": "NFS", "size": 1, "name": f"{world}-{thread}"}}
        made = retried(seen, lambda: session.post(f"{base}/shares", json=share, timeout=30))
        seen["made"] += made is not None and made.status_code == 200
        listed = retried(seen, lambda: names(session.get(f"{base}/shares/detail?limit=5", timeout=30)))
        seen["foreign"] += sum(not name.startswith(f"{world}-") for name in listed or ())
    return seen


def retried(seen: Counter[str], ask: Callable[[], Any], times: int = 10) -> Any:
    """The first answer that arrives whole, None when none did."""
    for _ in range(times):
        answer = once(seen, ask)
        if answer is not None:
            return answer
    return None


def once(seen: Counter[str], ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except (requests.RequestException, KeyError, ValueError):  # no answer, half of one, or one of a proxy's
        seen["lost"] += 1
        return None


def names(answer: requests.Response) -> list[str]:
    return [share["name"] for share in answer.json()["shares"]]


def test_a_world_that_is_busy_holds_up_no_other() -> None:
    worlds = Worlds()
    busy, other = worlds.get("busy"), worlds.get("other")
    assert busy.lock is not other.lock
    answered = threading.Event()

    def ask() -> None:
        with other.lock:
            answered.set()

    with busy.lock:
        thread = threading.Thread(target=ask)
        thread.start()
        assert answered.wait(10)
        thread.join()


def test_there_are_so_many_worlds_and_no_more() -> None:
    worlds = Worlds(limit=2)
    worlds.get("a")
    worlds.get("b")
    with pytest.raises(ValueError, match="'c' would be one more than the 2 allowed"):
        worlds.get("c")
    worlds.drop("a")
    worlds.get("c")


def test_the_default_world_is_there_whatever_others_have_taken() -> None:
    worlds = Worlds(limit=1)
    worlds.get("a")
    worlds.get()
    with pytest.raises(ValueError, match="'b' would be one more than the 1 allowed"):
        worlds.get("b")
