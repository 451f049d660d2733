"""The HTTP server: connections that are kept, callers that wait, and an end that leaves nothing behind."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Iterator

import pytest

from fakemanila.app import application
from fakemanila.http.server import Server
from fakemanila.world.worlds import Worlds


@pytest.fixture
def server() -> Iterator[Server]:
    worlds = Worlds()
    served = Server(application(worlds), stopping=worlds.stopping)
    served.start()
    yield served
    served.stop()


def ask(server: Server, connection: http.client.HTTPConnection | None = None) -> int:
    """The status of an answer, on a connection of its own unless one is given."""
    used = connection or http.client.HTTPConnection(server.host, server.port, timeout=30)
    used.request("GET", "/healthcheck")
    with used.getresponse() as answer:
        answer.read()
    if connection is None:
        used.close()
    return answer.status


def of_server() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("fakemanila")}


def test_a_connection_is_kept_for_many_requests(server: Server) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    connection.connect()
    kept = connection.sock
    assert [ask(server, connection) for _ in range(50)] == [200] * 50
    assert connection.sock is kept
    connection.close()


def test_callers_that_say_nothing_hold_up_nobody(server: Server) -> None:
    silent = [socket.create_connection((server.host, server.port)) for _ in range(100)]
    kept = [http.client.HTTPConnection(server.host, server.port, timeout=30) for _ in range(50)]
    for connection in kept:
        assert ask(server, connection) == 200
    assert ask(server) == 200
    for each in silent:
        each.close()
    for connection in kept:
        connection.close()


def test_callers_that_wait_for_an_answer_hold_up_nobody(server: Server) -> None:
    body = b'{"match": {"path": "/v2/hangs"}, "do": {"hang": true}}'
    control = http.client.HTTPConnection(server.host, server.port, timeout=30)
    control.request("POST", "/_fakemanila/faults", body)
    with control.getresponse() as answer:
        assert answer.status == 201
    control.close()
    waiting = [socket.create_connection((server.host, server.port)) for _ in range(30)]
    for each in waiting:
        each.sendall(b"GET /v2/hangs HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert ask(server) == 200
    for each in waiting:
        each.close()


def test_a_stop_ends_kept_connections_and_leaves_no_thread() -> None:
    before = of_server()
    worlds = Worlds()
    server = Server(application(worlds), stopping=worlds.stopping)
    server.start()
    kept = [http.client.HTTPConnection(server.host, server.port, timeout=30) for _ in range(20)]
    for connection in kept:
        assert ask(server, connection) == 200
    server.stop()
    assert of_server() == before
    for connection in kept:
        assert connection.sock.recv(1) == b""
        connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server.host, server.port))


def test_a_stop_ends_callers_that_wait_for_an_answer() -> None:
    before = of_server()
    worlds = Worlds()
    worlds.get().faults.add({"match": {"path": "/v2/hangs"}, "do": {"hang": True}})
    server = Server(application(worlds), stopping=worlds.stopping)
    server.start()
    with socket.create_connection((server.host, server.port), timeout=30) as waiting:
        waiting.sendall(b"GET /v2/hangs HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert ask(server) == 200
        server.stop()
        assert waiting.recv(1) == b""
    assert of_server() == before


def test_there_is_no_thread_for_callers_before_the_first() -> None:
    before = of_server()
    server = Server(application(Worlds()))
    assert of_server() == before
    server.start()
    server.stop()


def test_a_stop_right_after_the_start_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakemanila.http.server.GRACE", 0.0)
    before = of_server()
    for _ in range(100):
        server = Server(application(Worlds()))
        server.start()
        server.stop()
    for thread in of_server() - before:
        thread.join(30)
    assert of_server() <= before  # some of those may have ended meanwhile


def exchange(server: Server, *parts: bytes, answers: int) -> bytes:
    """Everything that the server says until it has said so many status lines and stops for more."""
    with socket.create_connection((server.host, server.port), timeout=30) as caller:
        said = b""
        for part in parts:
            caller.sendall(part)
            said += caller.recv(65536)
        while said.count(b"HTTP/1.1 ") < answers:
            said += caller.recv(65536)
    return said


def test_a_caller_that_asks_whether_to_go_on_is_told_to_before_it_has_sent_the_body(server: Server) -> None:
    head = b"POST /identity/v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    said = exchange(server, head, b"{}", answers=2)
    assert said.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 ")


def test_requests_that_come_together_are_answered_in_turn(server: Server) -> None:
    one = b"GET /healthcheck HTTP/1.1\r\nHost: x\r\n\r\n"
    missing = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
    said = exchange(server, one + missing + one, answers=3)
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"404", b"200"]


def test_what_is_no_http_is_refused_before_the_connection_ends(server: Server) -> None:
    assert exchange(server, b"nonsense\r\n\r\n", answers=1).startswith(b"HTTP/1.1 400 ")
