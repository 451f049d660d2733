"""Someone who looks up the text of an error finds it: each text in the page of errors is produced here."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session

from fakemanila import FakeManila
from fakemanila.cli.program import main
from fakemanila.world.state.file import StateFile
from fakemanila.world.worlds import Worlds

from .blocks import DOCS, shown

ENTRIES = {
    title: re.findall(r"^```text\n(.*?)\n```", text, re.DOTALL | re.MULTILINE)
    for title, text in re.findall(
        r"^### (.*?)\n(.*?)(?=^##|\Z)", (DOCS / "faq.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
}
"""The texts of each entry."""

Producer = Callable[[FakeManila, pytest.FixtureRequest], Iterable[str]]
PRODUCERS: dict[str, Producer] = {}


def produces(title: str) -> Callable[[Producer], Producer]:
    """A function that meets the errors of an entry, and gives what is read then, in the order of the entry."""

    def add(producer: Producer) -> Producer:
        PRODUCERS[title] = producer
        return producer

    return add


def failure(call: Callable[[], object]) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the page says which text it has
        call()
    return str(caught.value)


def command(*arguments: str) -> str:
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 1
    return run.output


def serve(*arguments: str) -> str:
    """A process of its own: a server that can't start takes over this one's signals before."""
    command = [sys.executable, "-m", "fakemanila", "serve", *arguments]
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60)
    assert run.returncode == 1
    return run.stderr


def session(auth_url: str, password: str = "secret") -> Session:
    """A session of a program's own."""
    login = Password(
        auth_url,
        username="demo",
        password=password,
        project_name="demo",
        user_domain_id="default",
        project_domain_id="default",
    )
    return Session(login)


def token(auth_url: str, password: str = "secret") -> str:
    return failure(session(auth_url, password).get_token)


@contextmanager
def taken_port() -> Iterator[int]:
    """A port at which nobody answers while it can't be taken by anybody else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


def get(url: str, **headers: str) -> str:
    return requests.get(url, headers=headers, timeout=30).text


def headers(manila: FakeManila, microversion: str = "2.65") -> dict[str, str]:
    return {"X-Auth-Token": str(manila.session().get_token()), "X-OpenStack-Manila-API-Version": microversion}


def create(manila: FakeManila, **fields: Any) -> str:
    body = {"share": {"share_proto": "NFS", "size": 1, **fields}}
    return requests.post(f"{manila.url}/v2/shares", json=body, headers=headers(manila), timeout=30).text


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeManila]:
    with FakeManila(strict=True, services="network") as manila:
        yield manila


@pytest.fixture
def manila(shared: FakeManila) -> FakeManila:
    shared.reset()
    return shared


@pytest.mark.parametrize("title", [title for title, texts in ENTRIES.items() if texts])
def test_the_texts_of_an_entry_are_what_is_read(title: str, manila: FakeManila, request: pytest.FixtureRequest) -> None:
    produced = PRODUCERS[title](manila, request)
    for text, found in zip(ENTRIES[title], produced, strict=True):
        assert shown(text).search(found), found


@produces("The auth URL is not Keystone's")
def wrong_auth_url(manila: FakeManila, _: Any) -> Iterable[str]:
    yield token(manila.url)


@produces("Connection refused")
def refused(_manila: FakeManila, _: Any) -> Iterable[str]:
    with taken_port() as port:
        yield token(f"http://127.0.0.1:{port}/identity/v3")
        yield command("clock", "--url", f"http://127.0.0.1:{port}")


@produces("The client uses a proxy")
def proxy(manila: FakeManila, request: pytest.FixtureRequest) -> Iterable[str]:
    environment: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name in ("no_proxy", "NO_PROXY"):
        environment.delenv(name, raising=False)
    with taken_port() as port:
        environment.setenv("http_proxy", f"http://127.0.0.1:{port}")
        yield token(manila.auth_url)


@produces("401 from Manila or Keystone")
def unauthorized(manila: FakeManila, _: Any) -> Iterable[str]:
    yield token(manila.auth_url, "wrong")


@produces("The service is not in the catalog")
def not_in_the_catalog(manila: FakeManila, _: Any) -> Iterable[str]:
    yield failure(lambda: Adapter(manila.session(), service_type="shared-file-systems").get("/shares"))


@produces("The microversion is too new")
def too_new(manila: FakeManila, _: Any) -> Iterable[str]:
    yield get(f"{manila.url}/v2/shares", **headers(manila, "2.100"))


@produces("The microversion is too old")
def too_old(manila: FakeManila, _: Any) -> Iterable[str]:
    yield get(f"{manila.url}/v2/messages", **headers(manila, "2.0"))
    yield failure(manila.client(microversion="2.20").resource_locks.list)


@produces("The certificate is not trusted")
def not_trusted(_manila: FakeManila, _: Any) -> Iterable[str]:
    with FakeManila(tls=True) as other:
        yield token(other.auth_url)


@produces("The client uses HTTPS and the server HTTP")
def wrong_scheme(manila: FakeManila, _: Any) -> Iterable[str]:
    yield token(manila.auth_url.replace("http:", "https:"))
    with FakeManila(tls=True) as other:
        yield token(other.auth_url.replace("https:", "http:"))


@produces("The command `manila` is not found")
def no_such_command(_manila: FakeManila, _: Any) -> Iterable[str]:
    shell = shutil.which("bash") or "sh"
    path = str(Path(sys.executable).parent)
    yield subprocess.run([shell, "-c", "manila list"], env={"PATH": path}, capture_output=True, text=True).stderr


@produces("413 for a quota")
def over_quota(manila: FakeManila, _: Any) -> Iterable[str]:
    share = manila.create("share")
    for _ in range(50):
        manila.create("snapshot", share=share)
    yield failure(lambda: manila.client().share_snapshots.create(share.id))


@produces("501 from a service beside Manila")
def not_implemented(manila: FakeManila, _: Any) -> Iterable[str]:
    yield get(f"{manila.url}/network/v2.0/routers", **headers(manila))


@produces("A field is refused")
def unknown_field(manila: FakeManila, _: Any) -> Iterable[str]:
    yield create(manila, colour="red")


@produces("A name with an emoji is refused")
def emoji(manila: FakeManila, _: Any) -> Iterable[str]:
    yield create(manila, name="db \N{GRINNING FACE}")


@produces("The name of a world is refused")
def names_of_worlds(_manila: FakeManila, _: Any) -> Iterable[str]:
    worlds = Worlds(limit=1)
    yield failure(lambda: worlds.get("a b"))
    worlds.get("first")
    yield failure(lambda: worlds.get("one-more"))


@produces("The control plane needs its token")
def control_token(_manila: FakeManila, _: Any) -> Iterable[str]:
    with FakeManila(control_token="secret") as other:
        yield failure(lambda: FakeManila.attach(other.url).clock.now())


@produces("The host is not a loopback name")
def other_host(manila: FakeManila, _: Any) -> Iterable[str]:
    yield get(f"{manila.url}/_fakemanila/health", Host="fakemanila:8786")


@produces("The request comes from another origin")
def other_origin(manila: FakeManila, _: Any) -> Iterable[str]:
    yield get(f"{manila.url}/_fakemanila/health", Origin="http://example.com")


@produces("A name is misspelt")
def typing_error(manila: FakeManila, _: Any) -> Iterable[str]:
    yield failure(lambda: manila.delays.update({"snapshot.create": "1s"}))


@produces("The port is in use")
def port_in_use(_manila: FakeManila, _: Any) -> Iterable[str]:
    with taken_port() as port:
        yield serve("--port", str(port))


@produces("The state file is in use")
def state_file_in_use(_manila: FakeManila, request: pytest.FixtureRequest) -> Iterable[str]:
    path = request.getfixturevalue("tmp_path") / "worlds.db"
    first, second = StateFile(path, Worlds()), StateFile(path, Worlds())
    first.load()
    yield failure(second.load)
    first.start()
    first.stop()


@produces("The server was stopped")
def stopped(_manila: FakeManila, _: Any) -> Iterable[str]:
    with FakeManila() as other:
        pass
    yield failure(lambda: other.url)


@produces("A package is missing")
def package_missing(manila: FakeManila, request: pytest.FixtureRequest) -> Iterable[str]:
    environment: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name in [name for name in sys.modules if name.split(".")[0] == "manilaclient"]:
        environment.delitem(sys.modules, name)
    environment.setitem(sys.modules, "manilaclient", None)
    yield failure(manila.client)


def in_a_project(request: pytest.FixtureRequest, test: str, *options: str) -> str:
    project: pytest.Pytester = request.getfixturevalue("full_project")
    project.makepyfile(test)
    return str(project.runpytest("-W", "ignore", *options).stdout)


@produces("The fixture is not found")
def no_fixture(_: Any, request: pytest.FixtureRequest) -> Iterable[str]:
    yield in_a_project(request, "def test_it(manila): pass", "-p", "no:fakemanila")


@produces("Sockets are blocked")
def blocked_sockets(_: Any, request: pytest.FixtureRequest) -> Iterable[str]:
    yield in_a_project(request, "def test_it(manila): pass", "--disable-socket")


@produces("A fault never fired")
def never_fired(_: Any, request: pytest.FixtureRequest) -> Iterable[str]:
    yield in_a_project(request, "def test_it(manila): manila.faults.add('quota:shares', must_fire=True)")


@produces("A share never becomes available")
def never_available(manila: FakeManila, _: Any) -> Iterable[str]:
    manila.clock.set(mode="manual")
    manila.delays["shares.create"] = "1m"
    manila.client().shares.create("NFS", 1)
    [share] = manila.records("share")
    yield failure(lambda: share.wait(status="available", timeout="1ms"))


def test_nothing_is_produced_for_an_entry_that_is_not_there() -> None:
    assert set(PRODUCERS) == {title for title, texts in ENTRIES.items() if texts}
