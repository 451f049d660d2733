"""Many connections in one thread: who is answered by whom, and what happens where one of them takes long."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask

from fakemanila.http.loop import QUIET, Loop
from fakemanila.http.server import Server
from fakemanila.http.waits import step_aside

from .reading import until

PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"
PONG = b"pong"


class Site:
    """A server, with views that wait for each other in ways of their own."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []
        app = Flask("site")
        app.add_url_rule("/ping", view_func=self.ping)
        app.add_url_rule("/waits", view_func=self.waits)
        app.add_url_rule("/waits-aside", view_func=self.waits_aside)
        app.add_url_rule("/exits", view_func=self.exits)
        self.server = Server(app)
        self.server.start()

    def ping(self) -> str:
        self.threads.append(threading.current_thread())
        return "pong"

    def waits(self) -> str:
        self.threads.append(threading.current_thread())
        self.begun.set()
        self.go_on.wait(30)
        return "waited"

    def waits_aside(self) -> str:
        step_aside()
        return self.waits()

    def exits(self) -> str:
        raise SystemExit

    def open(self) -> socket.socket:
        return socket.create_connection((self.server.host, self.server.port), timeout=30)


def get(path: str) -> bytes:
    return PING.replace(b"/ping", path.encode())


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.go_on.set()
    site.server.stop()


def test_one_thread_answers_all_connections(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakemanila.http.loop.TICK", 3600.0)
    with ExitStack() as stack:
        for sock in [stack.enter_context(site.open()) for _ in range(30)] * 3:
            sock.sendall(PING)
            until(sock, PONG)
    assert len(site.threads) == 90
    assert len(set(site.threads)) == 1


@pytest.mark.parametrize("path", ["/waits", "/waits-aside"])
def test_a_request_that_waits_leaves_the_others_to_another_thread(site: Site, path: str) -> None:
    with site.open() as idle, site.open() as slow, site.open() as quick:
        idle.sendall(PING)
        until(idle, PONG)
        slow.sendall(get(path))
        assert site.begun.wait(30)
        for sock in (quick, idle):
            sock.sendall(PING)
            until(sock, PONG)
        site.go_on.set()
        assert until(slow, b"waited").endswith(b"waited")
        slow.sendall(PING)  # the connection goes on where the others are
        until(slow, PONG)
    waited, *others = site.threads[1:4]
    assert waited not in others


def test_what_was_sent_together_with_a_request_that_waits_is_answered_after_it(site: Site) -> None:
    with site.open() as slow, site.open() as quick:
        slow.sendall(get("/waits") + PING + PING)
        assert site.begun.wait(30)
        quick.sendall(PING)
        until(quick, PONG)
        site.go_on.set()
        said = b""
        while said.count(PONG) < 2:
            said += slow.recv(65536)
    assert said.index(b"waited") < said.index(PONG)


def test_those_at_the_end_come_next_when_another_thread_takes_over() -> None:
    """Were it asked anew what has arrived, the first would be the first again, and the last might wait for ever."""
    pairs = [socket.socketpair() for _ in range(6)]
    answered: list[int] = []
    done = threading.Event()
    threads: list[threading.Thread] = []

    def start(work: Callable[[], None]) -> None:
        threads.append(threading.Thread(target=work))
        if len(threads) > 1:  # the first one begins when all have asked
            threads[-1].start()

    def connection(number: int) -> Mock:
        def answer() -> bool:  # reads nothing, as if the next request had come already
            answered.append(number)
            if len(answered) == len(pairs):
                done.set()
            if len(answered) == 2:
                step_aside()
            return not done.is_set()

        return Mock(socket=pairs[number][0], has_more=False, answer_next=answer)

    loop = Loop(start, lambda: None, lambda connection: None)
    for number, (_, there) in enumerate(pairs):
        there.sendall(b"x")
        loop.add(connection(number))
    threads[0].start()
    assert done.wait(30)
    loop.stop()
    for thread in threads:
        thread.join(30)
    for here, there in pairs:
        here.close()
        there.close()
    assert sorted(answered[: len(pairs)]) == list(range(len(pairs)))


def test_half_a_request_holds_up_nobody(site: Site) -> None:
    with site.open() as half, site.open() as quick:
        half.sendall(PING[:20])
        for _ in range(2):
            quick.sendall(PING)
            until(quick, PONG)
        half.sendall(PING[20:])
        until(half, PONG)
    assert len(site.threads) == 3


def test_a_view_that_leaves_its_thread_leaves_the_server_as_it_was(site: Site) -> None:
    with site.open() as kept, site.open() as sock:
        kept.sendall(PING)
        until(kept, PONG)
        sock.sendall(get("/exits"))
        assert until(sock, None).startswith(b"HTTP/1.1 500 ")
        kept.sendall(PING)
        until(kept, PONG)


def test_a_stop_ends_idle_connections_though_a_request_waits(site: Site) -> None:
    with site.open() as idle, site.open() as slow:
        idle.sendall(PING)
        until(idle, PONG)
        slow.sendall(get("/waits"))
        assert site.begun.wait(30)
        stopping = threading.Thread(target=site.server.stop)
        stopping.start()
        assert idle.recv(1) == b""
        site.go_on.set()
        assert until(slow, None).endswith(b"waited")
        stopping.join(30)


def test_without_another_thread_a_request_that_waits_is_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.open() as slow, site.open() as quick:
        quick.sendall(PING)
        until(quick, PONG)

        def none(*_: Any) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", none)
        slow.sendall(get("/waits"))
        assert site.begun.wait(30)
        quick.sendall(PING)
        site.go_on.set()
        until(slow, b"waited")
        until(quick, PONG)


def test_nobody_looks_once_nothing_is_asked_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now, woken, ended = [0.0], threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def start(work: Callable[[], None]) -> None:
        threads.append(threading.Thread(target=work))
        threads[-1].start()

    monkeypatch.setattr("fakemanila.http.loop.stopwatch", lambda: now[0])
    here, there = socket.socketpair()
    connection = Mock(socket=here, has_more=False, **{"answer_next.return_value": False})
    loop = Loop(start, woken.set, lambda connection: ended.set())
    assert loop.patience is None
    with here, there:
        loop.add(connection)
        there.sendall(b"x")
        assert woken.wait(30)
        assert ended.wait(30)
        loop.stop()
        for thread in threads:
            thread.join(30)
        for now[0] in (1.0, 1.0 + QUIET / 2):
            loop.look()
            assert loop.patience is not None
        now[0] = 1.0 + QUIET
        loop.look()
        assert loop.patience is None
