"""Peers that say nothing, half of something or nonsense: they hold up neither the others nor a stop."""

from __future__ import annotations

import logging
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import trustme

from fakemanila.app import application
from fakemanila.http import server as server_module
from fakemanila.http.server import Server
from fakemanila.world.worlds import Worlds

from .reading import until

PROGRAM = Path(sys.executable).with_name("fakemanila")
HEALTH = b"GET /healthcheck HTTP/1.1\r\nHost: x\r\n\r\n"


class Authority:
    """Whom the servers' certificate is from."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        self.files = str(folder / "cert.pem"), str(folder / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(self.files[0])
        certificate.private_key_pem.write_to_path(self.files[1])
        self.trusting = ssl.create_default_context()
        authority.configure_trust(self.trusting)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


class Target:
    """Where peers connect to, with TLS or without."""

    def __init__(self, port: int, trusting: ssl.SSLContext | None) -> None:
        self.port = port
        self.trusting = trusting

    def raw(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def open(self) -> socket.socket:
        sock = self.raw()
        return sock if self.trusting is None else self.trusting.wrap_socket(sock, server_hostname="127.0.0.1")

    def ask(self) -> bytes:
        """The answer to one request, on a connection of its own."""
        with self.open() as sock:
            sock.sendall(HEALTH)
            return until(sock, b"OK")

    def say(self, *parts: bytes) -> bytes:
        """Everything that the server says to something, until it closes the connection."""
        with self.open() as sock:
            for part in parts:
                sock.sendall(part)
            return until(sock, None)


@contextmanager
def serving(authority: Authority | None) -> Iterator[tuple[Server, Target]]:
    worlds = Worlds()
    files = None if authority is None else authority.files
    server = Server(application(worlds), stopping=worlds.stopping, tls=files)
    server.start()
    try:
        yield server, Target(server.port, None if authority is None else authority.trusting)
    finally:
        server.stop()


@pytest.fixture(scope="module", params=["http", "https"])
def target(request: pytest.FixtureRequest, authority: Authority) -> Iterator[Target]:
    with serving(authority if request.param == "https" else None) as (_, served):
        yield served


def of_server() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("fakemanila")}


# What peers do. Each returns the socket that it does it with.


def says(content: bytes) -> Callable[[Target], socket.socket]:
    """After the handshake, where there is one."""

    def peer(target: Target) -> socket.socket:
        sock = target.open()
        sock.sendall(content)
        return sock

    return peer


def says_raw(content: bytes) -> Callable[[Target], socket.socket]:
    """Whatever the server speaks."""

    def peer(target: Target) -> socket.socket:
        sock = target.raw()
        sock.sendall(content)
        return sock

    return peer


def does_not_read(target: Target) -> socket.socket:
    """Asks for more than all buffers on the way can hold."""
    sock = target.open()
    with suppress(TimeoutError, ssl.SSLError):
        sock.settimeout(0.05)
        sock.sendall(b"GET /_fakemanila/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
    return sock


def hello() -> bytes:
    """The first thing that a TLS client says."""
    sent = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="x").do_handshake()
    return sent.read()


POST = b"POST /identity/v3/auth/tokens HTTP/1.1\r\nHost: x\r\n"
FORM = b"POST /_fakemanila/ui/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CONTROL = b"POST /_fakemanila/faults HTTP/1.1\r\nHost: localhost\r\n"
PEERS = {
    "silent": says_raw(b""),
    "one byte": says_raw(b"\x16"),
    "half a handshake": says_raw(hello()[:100]),
    "a handshake and no more": says(b""),
    "half a request line": says(b"GET /v2/sha"),
    "half a header block": says(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half"),
    "half a body": says(POST + b"Content-Length: 100\r\n\r\n{"),
    "half a body in chunks": says(POST + b"Transfer-Encoding: chunked\r\n\r\n64\r\n{"),
    "half a form": says(FORM + b"Content-Length: 100\r\n\r\nform="),
    "half a control call": says(CONTROL + b"Content-Length: 100\r\n\r\n{"),
    "does not read": does_not_read,
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_they_hold_up_neither_others_nor_a_stop(
    authority: Authority, peer: Callable[[Target], socket.socket], scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "GRACE", 0.05)  # what is under way would have a second
    before = of_server()
    with serving(authority if scheme == "https" else None) as (server, target), ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(peer(target))
        assert target.ask().startswith(b"HTTP/1.1 200")
        server.stop()
        for thread in of_server() - before:  # what is being worked out is worked out to its end
            thread.join(30)
        assert of_server() <= before  # those of servers before this one may have ended meanwhile


def test_a_byte_now_and_then_holds_up_nobody(target: Target) -> None:
    with target.open() as slow:
        for byte in HEALTH[:-1]:
            slow.sendall(bytes([byte]))
            assert target.ask().startswith(b"HTTP/1.1 200")
        slow.sendall(HEALTH[-1:])
        assert until(slow, b"OK").startswith(b"HTTP/1.1 200")


def test_a_handshake_has_a_time_limit(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakemanila.http.connection.GREETING", 0.05)
    with serving(authority) as (_, target):
        for peer in (says_raw(b""), says_raw(hello()[:100])):
            with peer(target) as sock:
                assert sock.recv(1) == b""


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH", "CONNECT"])
def test_plain_http_on_a_tls_port_is_told(authority: Authority, method: str) -> None:
    with serving(authority) as (_, target), target.raw() as sock:
        sock.sendall(f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        said = until(sock, None)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"This server speaks HTTPS only" in said


def test_tls_on_a_plain_port_is_refused_at_once() -> None:
    with serving(None) as (_, target):
        with pytest.raises(ssl.SSLError), target.raw() as sock:
            ssl.create_default_context().wrap_socket(sock, server_hostname="x")
        with target.raw() as sock:
            sock.sendall(hello())
            assert b"This server speaks plain HTTP" in until(sock, None)


NONSENSE = {
    "nonsense": b"nonsense\r\n\r\n",
    "bytes": bytes(range(23, 256)) + b"\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "another version": b"GET / HTTP/x.y\r\n\r\n",
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a bracket in the address": b"GET //[ HTTP/1.1\r\nHost: x\r\n\r\n",
    "no colon": b"GET / HTTP/1.1\r\nnonsense\r\n\r\n",
    "a line that goes on none": b"GET / HTTP/1.1\r\n nonsense\r\n\r\n",
    "a length that is not a number": POST + b"Content-Length: x\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "an endless length": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "a chunk without a size": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk of a negative size": POST + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a chunk that is too long": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "chunks for a control call": CONTROL + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunks for a form": FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a long request line": b"GET /" + b"x" * 2_000_000 + b" HTTP/1.1\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nX: " + b"x" * 2_000_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_refused_and_nothing_to_log(target: Target, said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = target.say(said)
        assert re.match(rb"HTTP/1\.[01] (400|413|414|505) ", answer), answer
        assert target.ask().startswith(b"HTTP/1.1 200")
    assert [record for record in caplog.records if record.name.startswith("fakemanila")] == []


ABANDONED = {
    "a request line": b"GET /v2/sha",
    "a header block": b"GET / HTTP/1.1\r\nHost: x\r\nX-Half",
    "a body": POST + b"Content-Length: 100\r\n\r\n{",
    "a body in chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n64\r\n{",
    "a form": FORM + b"Content-Length: 100\r\n\r\nform=",
    "an answer": HEALTH * 200,
}


@pytest.mark.parametrize("said", ABANDONED.values(), ids=ABANDONED)
def test_who_leaves_in_the_middle_is_nothing_to_log(
    authority: Authority, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for each in (None, authority):
            with serving(each) as (server, target):
                with target.open() as sock:
                    sock.sendall(said)
                target.ask()
                server.stop()  # everything has been seen to then
    assert [record for record in caplog.records if record.name.startswith("fakemanila")] == []


def test_half_a_body_is_no_request() -> None:
    worlds = Worlds()
    server = Server(application(worlds), stopping=worlds.stopping)
    server.start()
    target = Target(server.port, None)
    whole = b'{"auth": {}}'
    for length in (len(whole) + 1, len(whole)):
        with target.raw() as sock:
            sock.sendall(POST + b"Content-Length: %d\r\n\r\n" % length + whole)
            sock.shutdown(socket.SHUT_WR)
            assert until(sock, None).startswith(b"HTTP/1.1 400 ")
    server.stop()
    assert worlds.get().metrics.text(0, {}).count('status="400"} 1\n') == 1


def test_a_body_in_chunks_may_have_trailers(target: Target) -> None:
    body = b"2\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n"
    with target.open() as sock:
        sock.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" + body + HEALTH)
        said = until(sock, b"OK")
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"400", b"200"]  # {} is no login


def test_a_refusal_arrives_though_nobody_has_read_the_body(target: Target) -> None:
    with target.open() as sock:
        sock.sendall(POST + b"Content-Length: 900000\r\n\r\n" + b"x" * 900_000)
        assert until(sock, None).startswith(b"HTTP/1.1 413 ")


def test_threads_of_a_burst_do_not_stay() -> None:
    before = of_server()
    worlds = Worlds()
    worlds.get().faults.add({"match": {"path": "/v2/hangs"}, "do": {"hang": True}})
    server = Server(application(worlds), stopping=worlds.stopping)
    server.start()
    target = Target(server.port, None)
    with ExitStack() as ends:
        ends.callback(server.stop)
        with ExitStack() as stack:
            burst = [stack.enter_context(target.open()) for _ in range(200)]
            for sock in burst:
                sock.sendall(b"GET /v2/hangs HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while len(of_server() - before) <= 200:
                target.ask()
            for sock in burst:
                sock.shutdown(socket.SHUT_WR)
            for sock in burst:
                until(sock, None)
        while len(of_server() - before) > 40:  # those that are on their way out
            target.ask()


# The program


@contextmanager
def program(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """``fakemanila serve`` and its port."""
    command = [str(PROGRAM), "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process, int(re.findall(rb"url=\S+:(\d+) ", process.stdout.readline())[0])
        finally:
            process.kill()


@contextmanager
def descriptors(count: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"no {count} descriptors to be had")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_peers_of_every_kind_at_once_hold_up_no_signal(authority: Authority) -> None:
    certificate, key = authority.files
    with program("--tls-cert", certificate, "--tls-key", key) as (process, port), ExitStack() as stack:
        target = Target(port, authority.trusting)
        for peer in PEERS.values():
            stack.enter_context(peer(target))
        assert target.ask().startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"Traceback" not in log


def test_two_thousand_idle_connections_are_bearable() -> None:
    with descriptors(4096), program() as (process, port), ExitStack() as stack:
        target = Target(port, None)
        target.ask()
        before = resident(process.pid)
        for number in range(2000):
            sock = stack.enter_context(target.raw())
            if number % 10 == 0:
                sock.sendall(HEALTH)
                until(sock, b"OK")
        assert target.ask().startswith(b"HTTP/1.1 200")
        assert resident(process.pid) - before < 300_000
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def resident(pid: int) -> int:
    """Kilobytes of memory of a process, where the system says so."""
    try:
        return int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0])
    except OSError:
        return 0


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process are Linux's")
def test_a_server_without_descriptors_goes_on_when_it_has_some_again() -> None:
    with program() as (process, port):
        target = Target(port, None)
        target.ask()
        count = len(os.listdir(f"/proc/{process.pid}/fd"))
        resource.prlimit(
            process.pid, resource.RLIMIT_NOFILE, (count + 5, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        )
        with ExitStack() as many:
            for _ in range(20):
                many.enter_context(target.raw())
            assert process.stderr is not None
            while b"connections have to wait" not in (line := process.stderr.readline()):
                assert b" GET /healthcheck 200 " in line
        assert target.ask().startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
        assert process.returncode == 0
        assert b"Traceback" not in log
        assert log.count(b"connections have to wait") < 20  # told once for each time that there is room again
