"""The pytest plugin: the fixture `manila`, and what belongs to it.

It is imported wherever fakemanila is installed, so it imports nothing but pytest before a test asks for a fixture.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from . import conduct as judging
from . import sweep as sweeping
from . import timeline as drawing

if TYPE_CHECKING:
    from keystoneauth1.session import Session
    from openstack.connection import Connection

    from fakemanila import FakeManila

MARKER = "fakemanila"
TOKEN_VARIABLE = "FAKEMANILA_CONTROL_TOKEN"
SECTION = "fakemanila"

_OWN_OPTIONS = ("user", "transport", "tls", judging.MARK)
"""What the marker takes besides the options of a world: who the clients are, how they get there, what they may do."""
SOCKET, IN_PROCESS = TRANSPORTS = ("socket", "in-process")
CERTIFICATES = ("valid", "expired", "wrong-name", "unknown-ca")
_TEXT_OPTIONS = ("clock", "max_microversion", "min_microversion", "identity", "services", "release")

_MANILA: pytest.StashKey[FakeManila] = pytest.StashKey()
_CONDUCT: pytest.StashKey[judging.Asked] = pytest.StashKey()
_SECTIONS: pytest.StashKey[list[tuple[str, str]]] = pytest.StashKey()
"""What there is to tell of a world that is gone."""
_FAILED: pytest.StashKey[bool] = pytest.StashKey()
_OTHERS: pytest.StashKey[dict[Way, FakeManila]] = pytest.StashKey()
"""Servers of the session beside `manila_server`, for tests that want another way to it."""


class _NotRewritten:
    """Finds the modules of this package as outside of pytest.

    pytest rewrites the asserts of every module of a package that has a plugin, and looks for them at each import, which
    takes as long as the import itself. There is nothing in ours that it could explain.
    """

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, path) if name.startswith("fakemanila.") else None


class Way(NamedTuple):
    """How clients reach a server."""

    transport: str
    tls: str | None
    """The kind of its certificate; None for plain HTTP."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fakemanila")
    group.addoption(
        "--fakemanila-url",
        metavar="URL",
        help="test against the fakemanila at this URL; each test gets its own world there",
    )
    group.addoption(
        "--fakemanila-control-token",
        metavar="TOKEN",
        help=f"the control token of that server, also from ${TOKEN_VARIABLE}",
    )
    group.addoption(
        "--fakemanila-cacert",
        metavar="FILE",
        help="the authority to trust for an HTTPS URL; default: $OS_CACERT, $REQUESTS_CA_BUNDLE, $SSL_CERT_FILE",
    )
    group.addoption(
        "--fakemanila-transport",
        choices=TRANSPORTS,
        help="how clients reach the fixture manila: over a socket, or in-process, for tests that block sockets",
    )
    group.addoption(
        "--fakemanila-tls",
        nargs="?",
        const="valid",
        choices=CERTIFICATES,
        help="HTTPS with a new certificate, a valid or a bad one (needs the extra 'tls')",
    )
    sweeping.add_options(group)
    judging.add_options(parser, group)
    drawing.add_options(group)
    parser.addini("fakemanila_url", "a running fakemanila to test against, as --fakemanila-url")
    parser.addini("fakemanila_cacert", "the authority to trust for an HTTPS URL; a file, from the ini file's folder")
    parser.addini("fakemanila_transport", f"{SOCKET} or {IN_PROCESS}, as --fakemanila-transport")
    parser.addini("fakemanila_tls", f"HTTPS, as --fakemanila-tls: {', '.join(CERTIFICATES)}")
    parser.addini("fakemanila_seed", "seed of the worlds' randomness")
    parser.addini("fakemanila_delays", "how long operations take, one on a line: snapshots.create = 2s", "linelist")
    parser.addini("fakemanila_scenario", "scenarios that worlds start from, one on a line: files or names", "linelist")
    parser.addini("fakemanila_clock", "real or manual")
    parser.addini("fakemanila_min_microversion", "the oldest microversion that is served")
    parser.addini("fakemanila_max_microversion", "the newest microversion that is served")
    parser.addini("fakemanila_identity", "strict or open")
    parser.addini("fakemanila_release", "the release of OpenStack whose Manila it is like, such as 2025.1")
    parser.addini("fakemanila_services", "the services beside Manila: all, manila or a list such as network")
    parser.addini("fakemanila_strict", "refuse what the API reference doesn't cover", "bool", default=None)


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    sys.meta_path.insert(0, _NotRewritten)
    early_config.add_cleanup(lambda: sys.meta_path.remove(_NotRewritten))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{MARKER}(delays=…, faults=[…], scenario=…, clock=…, seed=…, max_microversion=…, user=…, transport=…,"
        " tls=…, allow_conduct=[…]): what the world of the fixture manila starts from; all markers of a test count, the"
        " closest one where they differ",
    )
    if config.getini("fakemanila_transport") not in ("", *TRANSPORTS):
        raise pytest.UsageError(f"fakemanila_transport: {_wrong_transport(config.getini('fakemanila_transport'))}")
    if config.getini("fakemanila_tls") not in ("", *CERTIFICATES):
        raise pytest.UsageError(f"fakemanila_tls: {_wrong_tls(config.getini('fakemanila_tls'))}")
    if config.getoption("--fakemanila-tls") and _way(config).transport == IN_PROCESS:
        raise pytest.UsageError(f"--fakemanila-tls: {_NO_TLS}")
    if config.getoption("--fakemanila-url") and config.getoption("--fakemanila-transport") == IN_PROCESS:
        raise pytest.UsageError("--fakemanila-transport in-process: --fakemanila-url cannot be reached in-process")
    sweeping.register(config, _MANILA)
    judging.check(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    url = _url(config) or (IN_PROCESS if _way(config).transport == IN_PROCESS else None)
    return None if url is None else f"fakemanila: {url}"


# Fixtures


@pytest.fixture(scope="session")
def manila_server(request: pytest.FixtureRequest) -> Iterator[FakeManila]:
    """The fake Manila of this session: one per xdist worker, or the one of --fakemanila-url.

    For fixtures of a wider scope than a test; `manila` resets its world before each test.
    """
    from fakemanila import ControlFailure, FakeManila

    url = _url(request.config)
    if url is None:
        server = _start(_way(request.config))
        yield server
        server.stop()
        return
    token = request.config.getoption("--fakemanila-control-token") or os.environ.get(TOKEN_VARIABLE)
    try:
        attached = FakeManila.attach(url, token, cacert=_cacert(request.config))
    except (ControlFailure, ValueError, RuntimeError) as error:  # the last where sockets are blocked
        raise pytest.fail.Exception(f"--fakemanila-url: {error}", pytrace=False) from None
    yield attached
    attached.stop()


@pytest.fixture
def manila(request: pytest.FixtureRequest, manila_server: FakeManila) -> Iterator[FakeManila]:
    """A fake Manila in its initial state, which the marker `fakemanila` and the ini file define."""
    from fakemanila import ControlFailure

    try:
        scenario, way = _scenario(request.node), _way_of(request.node)
        conduct = judging.asked_of(request.node, MARKER)
    except (ValueError, TypeError) as error:
        raise pytest.fail.Exception(f"@pytest.mark.{MARKER}: {error}", pytrace=False) from None
    server = manila_server if way == _way(request.config) else _other(request.config, way)
    elsewhere = server is manila_server and _url(request.config) is not None
    if way.transport == SOCKET and not elsewhere:
        _listen(server)
    alone = f"pytest-{uuid.uuid4().hex[:12]}" if elsewhere else None
    manila = server._lease(alone)
    try:
        manila._start_from(scenario)
    except (ValueError, TypeError, ControlFailure) as error:
        raise pytest.fail.Exception(f"@pytest.mark.{MARKER}: {error}", pytrace=False) from None
    request.node.stash[_MANILA], request.node.stash[_CONDUCT] = manila, conduct
    yield manila
    try:
        hurts = judging.end(request.node, manila, conduct)
    except ControlFailure as error:  # a server elsewhere is gone
        hurts = f"what its clients asked cannot be told: {error}"
    if hurts is not None:  # it is said once
        del request.node.stash[_CONDUCT]
    if alone is not None:  # soon it is gone
        request.node.stash[_SECTIONS] = _sections(request.node, manila)
        del request.node.stash[_MANILA]
    manila._give_back()
    if hurts is not None and not request.node.stash.get(_FAILED, False):
        pytest.fail(hurts, pytrace=False)


@pytest.fixture
def manila_session(request: pytest.FixtureRequest, manila: FakeManila) -> Session:
    """A keystoneauth1 session of demo, or of the `user` of the marker or an indirect parameter."""
    return manila.session(**_who(request))


@pytest.fixture
def manila_connection(request: pytest.FixtureRequest, manila: FakeManila) -> Connection:
    """An openstacksdk connection of demo, or of the `user` of the marker or an indirect parameter."""
    return manila.connect(**_who(request))


@pytest.fixture
def manila_client(request: pytest.FixtureRequest, manila: FakeManila) -> Any:
    """A python-manilaclient of demo, or of the `user` of the marker or an indirect parameter."""
    return manila.client(**_who(request))


# Which server, and the way to it


def _url(config: pytest.Config) -> str | None:
    """The server elsewhere; the command line goes before the ini file."""
    url: str | None = config.getoption("--fakemanila-url")
    if not url and config.getoption("--fakemanila-transport") != IN_PROCESS:
        url = config.getini("fakemanila_url")
    return url or None


def _cacert(config: pytest.Config) -> Path | None:
    said, own = config.getoption("--fakemanila-cacert"), config.getini("fakemanila_cacert")
    if said:
        return Path(said)
    return (config.inipath or config.rootpath / "ini").parent / own if own else None


def _way(config: pytest.Config) -> Way:
    """The way to `manila_server`."""
    if _url(config) is not None:
        return Way(SOCKET, None)
    transport: str = config.getoption("--fakemanila-transport") or config.getini("fakemanila_transport") or SOCKET
    tls: str | None = config.getoption("--fakemanila-tls") or config.getini("fakemanila_tls") or None
    return Way(transport, tls if transport == SOCKET else None)


def _way_of(node: pytest.Item) -> Way:
    """The way of a test: what the closest of its markers that says something says. Raises ValueError."""
    usual, marks = _way(node.config), list(node.iter_markers(MARKER))
    transport = next((mark.kwargs["transport"] for mark in marks if "transport" in mark.kwargs), usual.transport)
    tls = next((mark.kwargs["tls"] for mark in marks if "tls" in mark.kwargs), usual.tls)
    if transport not in TRANSPORTS:
        raise ValueError(f"transport: {_wrong_transport(transport)}")
    tls = CERTIFICATES[0] if tls is True else tls or None
    if tls not in (None, *CERTIFICATES):
        raise ValueError(f"tls: {_wrong_tls(tls)}")
    if transport == SOCKET:
        return Way(transport, tls)
    if any(mark.kwargs.get("tls") for mark in marks):
        raise ValueError(f"tls: {_NO_TLS}")
    return Way(transport, None)


_NO_TLS = "without a socket there is no connection to encrypt"


def _wrong_transport(transport: object) -> str:
    return f"{transport!r} is not a transport: expected {' or '.join(map(repr, TRANSPORTS))}"


def _wrong_tls(tls: object) -> str:
    return f"{tls!r} is not a certificate: expected {', '.join(map(repr, CERTIFICATES))}"


def _start(way: Way) -> FakeManila:
    """A server that is ready, but listens only when somebody wants its address: a test may have blocked sockets."""
    from fakemanila import FakeManila

    server = FakeManila(serve=way.transport == SOCKET, tls=way.tls or False)  # type: ignore[arg-type]
    server._listen_late()
    return server.start()


def _other(config: pytest.Config, way: Way) -> FakeManila:
    others = config.stash.setdefault(_OTHERS, {})
    if way not in others:
        others[way] = _start(way)
        config.add_cleanup(others[way].stop)
    return others[way]


def _listen(server: FakeManila) -> None:
    """Fails where a test has blocked what it needs, before anything else comes upon it."""
    try:
        socket.socket().close()
        _ = server.url
    except ImportError as error:  # of the extra for certificates
        pytest.fail(str(error), pytrace=False)
    except Exception as error:
        pytest.fail(
            f"fakemanila cannot use a socket: {error}\n"
            "Without one: @pytest.mark.fakemanila(transport='in-process'), for all tests --fakemanila-transport"
            " in-process, or fakemanila_transport = in-process in the ini file.",
            pytrace=False,
        )


# What a test starts from


def _who(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Who a client is: ``{"user": "admin"}``."""
    given = getattr(request, "param", None)
    if given is None:
        users = [mark.kwargs["user"] for mark in request.node.iter_markers(MARKER) if "user" in mark.kwargs]
        given = users[0] if users else {}
    return {"user": given} if isinstance(given, str) else dict(given)


def _scenario(node: pytest.Item) -> Mapping[str, Any]:
    """What the ini file and all the markers of a test say, the closest one last. Raises TypeError and ValueError."""
    from fakemanila.python import options

    folders = (node.path.parent, node.config.rootpath)
    said = [_from_ini(node.config), *(_from_mark(mark) for mark in reversed(list(node.iter_markers(MARKER))))]
    return options.merged(options.document(_located(each, folders)) for each in said if each)


def _from_mark(mark: pytest.Mark) -> dict[str, Any]:
    from fakemanila.python import options

    if mark.args:
        raise TypeError(f"{mark.args[0]!r} needs a name: all options are keywords")
    options.check_names(mark.kwargs, also=_OWN_OPTIONS)
    return {name: value for name, value in mark.kwargs.items() if name not in _OWN_OPTIONS}


def _from_ini(config: pytest.Config) -> dict[str, Any]:
    said: dict[str, Any] = {name: config.getini(f"fakemanila_{name}") or None for name in _TEXT_OPTIONS}
    said["strict"] = config.getini("fakemanila_strict")
    said["scenario"] = config.getini("fakemanila_scenario") or None
    seed = config.getini("fakemanila_seed")
    if seed:
        try:
            said["seed"] = int(seed)
        except ValueError:
            raise ValueError(f"fakemanila_seed: {seed!r} is not a whole number") from None
    said["delays"] = dict(_delay(line) for line in config.getini("fakemanila_delays")) or None
    return {name: value for name, value in said.items() if value is not None}


def _delay(line: str) -> tuple[str, Any]:
    operation, separator, value = line.partition("=")
    if not separator:
        raise ValueError(
            f"fakemanila_delays: {line!r} is not a valid delay: expected one such as 'snapshots.create = 2s'"
        )
    try:
        return operation.strip(), json.loads(value)
    except ValueError:
        return operation.strip(), value.strip()


def _located(said: dict[str, Any], folders: tuple[Path, ...]) -> dict[str, Any]:
    """The same with scenario files looked for beside the test and in the project, as well as where pytest runs."""
    sources = said.get("scenario")
    if sources is None:
        return said
    if isinstance(sources, str | os.PathLike | Mapping):
        sources = [sources]
    return {**said, "scenario": [_locate(source, folders) for source in sources]}


def _locate(source: Any, folders: tuple[Path, ...]) -> Any:
    if isinstance(source, Mapping):
        return source
    return next((folder / source for folder in folders if os.path.isfile(folder / source)), source)


# What a test leaves behind


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fails a test that passed although a fault didn't fire that must."""
    yield
    manila = item.stash.get(_MANILA, None)
    if manila is not None:
        try:
            manila.assert_faults_fired()
        except AssertionError as error:
            pytest.fail(str(error), pytrace=False)


def _sections(item: pytest.Item, manila: FakeManila) -> list[tuple[str, str]]:
    """What a report of a failure has besides: what was asked, and what is wrong with how it was asked."""
    try:
        conduct = judging.sections(manila, item.stash.get(_CONDUCT, None))
        return [(SECTION, manila.report()), *conduct, *drawing.sections(item, manila)]
    except Exception as error:  # a server elsewhere that is gone must not hide why the test failed
        return [(SECTION, f"what was asked cannot be told: {error}")]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Adds the journal to the report of a test that failed."""
    report: pytest.TestReport = yield
    if report.failed:
        item.stash[_FAILED] = True
        manila = item.stash.get(_MANILA, None)
        told = item.stash.get(_SECTIONS, None) if manila is None else _sections(item, manila)
        report.sections += told or []
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    judging.summarize(terminalreporter)
