"""`FakeManila`: a fake Manila for tests in Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from ..control import client as verbs
from ..deployment import EXTENSION
from ..http.public_address import PublicAddress
from ..manila.policy import Policy
from ..scenario.scenario import Scenario
from ..world.hooks import END, Hook
from ..world.hooks import check as check_hook
from ..world.journal import SIZE as JOURNAL_SIZE
from ..world.world import Settings, check_name
from ..world.worlds import Worlds
from . import options, records, report
from .clients import Clients
from .options import Source
from .orders import Orders, reference
from .records import Resource
from .running import LocalServer, RemoteServer, Running

if TYPE_CHECKING:
    from types import TracebackType

    from flask import Flask
    from keystoneauth1.session import Session
    from openstack.connection import Connection

    from .checkpoints import Checkpoint

Called = TypeVar("Called", bound=Callable[[dict[str, Any]], object])


class FakeManila(Orders):
    """A world of a fake Manila, and its server.

    >>> with FakeManila(seed=7, delays={"snapshots.create": "30s"}) as manila:
    ...     share = manila.create("share", name="db")
    ...     snapshot = manila.client().share_snapshots.create(share.id)
    ...     manila.clock.advance("30s")

    The server runs in threads of this process, on a free port. With ``serve=False`` there is no socket: what
    `session`, `connect` and `client` give calls it directly, in the caller's thread.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        delays: Mapping[str, Any] | None = None,
        faults: str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]] = (),
        scenario: Source | Iterable[Source] | None = None,
        backends: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        clock: Literal["real", "manual"] | None = None,
        rate: float | None = None,
        start: datetime | str | None = None,
        min_microversion: str | None = None,
        max_microversion: str | None = None,
        identity: Literal["strict", "open"] | None = None,
        token_ttl: float | str | timedelta | None = None,
        strict: bool | None = None,
        services: str | Sequence[str] | None = None,
        release: str | None = None,
        policy: str | os.PathLike[str] | None = None,
        hooks: bool = False,
        journal_size: int = JOURNAL_SIZE,
        serve: bool = True,
        host: str = "127.0.0.1",
        port: int = 0,
        control_token: str | None = None,
        public_url: str | None = None,
        trust_proxy: bool = False,
        tls: bool | Literal["valid", "expired", "wrong-name", "unknown-ca"] = False,
        client_ca: bool | str | os.PathLike[str] = False,
    ) -> None:
        """Sets the initial state of every world of the server. None means the scenario's value, or else the default:
        seed 0, a real clock at rate 1, no delays, microversions 2.0 to 2.99, tokens for an hour.

        Raises ValueError for a wrong argument. Nothing runs before `start`.
        """
        said = options.document(
            {
                "seed": seed,
                "delays": delays,
                "faults": faults,
                "scenario": scenario,
                "backends": backends,
                "clock": clock,
                "rate": rate,
                "start": start,
                "min_microversion": min_microversion,
                "max_microversion": max_microversion,
                "identity": identity,
                "token_ttl": token_ttl,
                "strict": strict,
                "services": services,
                "release": release,
            }
        )
        settings = Settings(
            policy=Policy.load_defaults() if policy is None else Policy.from_file(os.fspath(policy)),
            journal_size=journal_size,
            hooks=hooks,
        )
        if said:
            settings = Scenario.load(said).settings(settings)
        self._local: LocalServer | None = LocalServer(
            settings,
            serve=serve,
            host=host,
            port=port,
            token=control_token,
            public=_public(public_url),
            trust_proxy=trust_proxy,
            tls=tls,
            client_ca=client_ca,
        )
        self._bind(self._local, None, Clients(self._local), {})

    @classmethod
    def attach(
        cls, url: str, control_token: str | None = None, *, cacert: str | os.PathLike[str] | None = None
    ) -> FakeManila:
        """The same on a server that runs elsewhere, such as ``fakemanila serve``; it can't be started or stopped.

        `url` may have a world's prefix. `cacert` is a file, or a folder, of certificates to trust in addition to the
        machine's; default: OS_CACERT, REQUESTS_CA_BUNDLE and SSL_CERT_FILE. The clients trust the same.

        Raises ControlFailure where no fakemanila answers there, ValueError for certificates that cannot be read.
        """
        base, prefix, world = url.rstrip("/").partition("/worlds/")
        remote = RemoteServer(base, control_token, cacert)
        return cls._on(remote, check_name(world) if prefix else None, Clients(remote), {})

    @classmethod
    def _on(cls, running: Running, world: str | None, clients: Clients, used: dict[str, FakeManila]) -> FakeManila:
        made = cls.__new__(cls)
        made._local = None
        made._bind(running, world, clients, used)
        return made

    def _bind(self, running: Running, world: str | None, clients: Clients, used: dict[str, FakeManila]) -> None:
        self._running = running
        self._world = world
        self._clients = clients
        self._used = used
        """Other worlds that this handle, or one made from it, has given out."""
        self._prefix = ""
        """Goes before the names of other worlds, so that tests that share a server share no world."""
        self._control: verbs.ControlClient | None = None
        self._before: set[str] = set()
        self._saved = set()

    def __repr__(self) -> str:
        return f"<FakeManila {self.url if self._running.running else 'not running'}>"

    # Running

    def start(self) -> FakeManila:
        """Starts the server with a new world, and returns itself."""
        if self._local is None:
            raise RuntimeError("this FakeManila is a handle on a server that somebody else started")
        self._local.start()
        self.app.extensions[EXTENSION].manila = self
        return self

    def _started(self) -> FakeManila:
        """Itself, running; if it wasn't, for whatever server its application is given to."""
        if not self._running.running:
            assert self._local is not None, "others are always running"
            if not self._local.serves:
                self._local.for_other_servers()
            self.start()
        return self

    def stop(self) -> None:
        """Closes the clients and stops the server; the worlds are lost. A second call does nothing.

        On a handle (of `world` or `attach`) it only closes clients.
        """
        self._clients.close()
        if self._local is not None:
            self._local.stop()
            self._control = None
            self._used.clear()

    def __enter__(self) -> FakeManila:
        return self if self._local is None else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stops. Raises AssertionError if a fault with ``must_fire`` never fired, unless another error is raised."""
        try:
            if kind is None:
                self.assert_faults_fired()
        finally:
            self.stop()

    # Where it is

    @property
    def url(self) -> str:
        """Manila's address of this world, without a trailing slash: ``http://127.0.0.1:40123``, ``…/worlds/other``."""
        return self._running.url + ("" if self._world is None else f"/worlds/{self._world}")

    @property
    def auth_url(self) -> str:
        """Keystone's address."""
        return f"{self.url}/identity/v3"

    @property
    def cacert(self) -> str | None:
        """The file of the authority to trust over HTTPS, or None."""
        return self._running.cacert

    @property
    def client_cert(self) -> str | None:
        """With ``client_ca=True``, the file of a client certificate and its key."""
        return self._running.client_cert

    @property
    def world_name(self) -> str:
        return self._world or Worlds.DEFAULT

    def world(self, name: str) -> FakeManila:
        """A handle on another world of the server. Raises ValueError for an invalid name."""
        whole = check_name(self._prefix + name)
        if whole == Worlds.DEFAULT and not self._prefix:
            return self if self._world is None else self._on(self._running, None, self._clients, self._used)
        if whole not in self._used:
            made = self._on(self._running, whole, self._clients, self._used)
            made._prefix = self._prefix
            self._used[whole] = made
        return self._used[whole]

    @property
    def app(self) -> Flask:
        """The Flask application. Raises RuntimeError while nothing runs, and for a server elsewhere."""
        return self._running.app

    # Clients

    def session(self, user: str = "demo", *, project: str | None = None, password: str | None = None) -> Session:
        """A keystoneauth1 session of a user, by default in the user's own project.

        Raises LookupError for an unknown user, ImportError without the extra ``clients``.
        """
        return self._clients.session(self.control, self.auth_url, user, project, password)

    def connect(
        self, user: str = "demo", *, project: str | None = None, password: str | None = None, **settings: Any
    ) -> Connection:
        """An openstacksdk connection, which reads no files and no environment; `settings` are those of a cloud.

        ``shared_file_system_default_microversion="2.65"`` is one of them; without it the connection chooses.
        """
        return self._clients.connect(self.session(user, project=project, password=password), settings)

    def client(
        self,
        user: str = "demo",
        *,
        microversion: str | None = None,
        project: str | None = None,
        password: str | None = None,
    ) -> Any:
        """A python-manilaclient; by default at the newest microversion that both sides know.

        It is a `manilaclient.v2.client.Client`, which has no types; what type checkers guess of it is wrong.
        """
        session = self.session(user, project=project, password=password)
        return self._clients.client(session, self._world, microversion)

    # Orders

    @property
    def control(self) -> verbs.ControlClient:
        """The whole control plane. Raises RuntimeError while nothing runs."""
        if self._control is None:
            self._control = verbs.ControlClient(
                self._running.url, world=self._world, token=self._running.token, transport=self._running.send
            )
        elif not self._running.running:
            _ = self._running.url  # raises what there is to say
        return self._control

    def reset(self) -> None:
        """Resets the world to its initial state: records, clock, faults, journal, tokens, seed."""
        if not self._running.reset(self._world):
            self.control.reset()

    def _start_from(self, scenario: Mapping[str, Any]) -> None:
        """Resets the world to what the server gives every one and `scenario` besides, now and from now on."""
        if scenario == self._running.given.get(self.world_name, {}):
            self.reset()
            return
        self.control.reset(scenario)
        self._running.given[self.world_name] = scenario

    def _listen_late(self) -> None:
        """From its next start on, the server listens when its address is asked for, so never where nobody asks."""
        if self._local is not None:
            self._local.late = True

    def _lease(self, world: str | None = None) -> FakeManila:
        """A handle for one test, on this world or one that is the test's alone."""
        made = self._on(self._running, world or self._world, Clients(self._running), {})
        if world is not None:
            made._prefix = f"{world}."
        made._before = self._running.worlds()
        return made

    def _give_back(self) -> None:
        """Closes the clients of a test, and drops the checkpoints and worlds that it made."""
        self._clients.close()
        for name in self._saved.intersection(each["name"] for each in self.checkpoints) if self._saved else ():
            self.checkpoints.drop(name)
        if self._prefix:  # others come and go on this server
            made = {self.world_name, *self._used}
        else:
            made = self._running.worlds() - self._before - {Worlds.DEFAULT}
        for name in made:
            self.control.worlds.drop(name)
            self._running.given.pop(name, None)
        self._used.clear()

    # Back and beside

    def fork(self, name: str, checkpoint: str | Checkpoint | None = None, *, replace: bool = False) -> FakeManila:
        """Copies this world, or one of its checkpoints, to a new one with the same users, ids and tokens.

        Raises ControlFailure if a world of that name exists and `replace` is false, ValueError for an invalid name.
        """
        made = self.world(name)
        origin = None if checkpoint is None else reference(checkpoint)
        self.control.worlds.fork(made.world_name, origin, replace=replace)
        self._running.given[made.world_name] = self._running.given.get(self.world_name, {})
        return made

    # Records

    def create(self, kind: str, **fields: Any) -> Resource:
        """Creates a resource directly in the world: ``create("share", name="db", size=5)``.

        A reference is a name, an id, or a resource that `create` has returned. Raises ValueError with the field, its
        value and what would be right.
        """
        if "repeat" in fields:
            raise ValueError("repeat: create makes one resource; scenario.apply makes as many as it says")
        entry = {"kind": kind, **{name: _reference(value) for name, value in fields.items()}}
        try:
            [made] = self.scenario.apply({"resources": [entry]})
        except verbs.ControlFailure as error:
            if error.status != 400:
                raise
            raise ValueError(str(error).removeprefix("resources[0].")) from None
        return Resource(self.control, kind, {key: value for key, value in made.items() if key != "kind"})

    def records(self, kind: str) -> list[Resource]:
        """All resources of a kind (``share``, ``snapshot``, …) in all projects, oldest first."""
        return records.records(self.control, kind)

    def assert_records(self, kind: str, expected: Sequence[Mapping[str, Any]], *, others: bool = False) -> None:
        """Raises AssertionError, with the difference, unless the records of a kind are the ones expected.

        ``assert_records("snapshot", [{"name": "a", "status": "available"}])``: one mapping for each record, in any
        order, with the fields that matter. With ``others=True`` there may be more of them.
        """
        records.check(kind, self.records(kind), expected, others=others)

    # What happens

    @overload
    def on(self, operation: str, call: None = None, *, phase: str = END) -> Callable[[Called], Called]: ...

    @overload
    def on(self, operation: str, call: Called, *, phase: str = END) -> Called: ...

    def on(
        self, operation: str, call: Called | None = None, *, phase: str = END
    ) -> Called | Callable[[Called], Called]:
        """Calls a function when something happens: ``on("shares.create", call=export)``, or as a decorator.

        `operation` is an id or a pattern. `phase` is ``"begin"`` or ``"end"`` of its transition, the name of one of its
        phases, at the end of which it is called, or ``"answered"``. The function gets what happened as a dict, with the
        ``record`` as it is then, or with the ``request``. It is called in the thread of the request that has brought
        it about, before that is answered, and may ask the world whatever it likes. What it raises is logged. A reset
        takes it away.

        Raises ValueError for an operation or a phase that there is not, RuntimeError for a server elsewhere.
        """
        check_hook(operation, phase)
        if call is None:
            return lambda function: self.on(operation, function, phase=phase)
        self._running.world(self._world).hooks.add(Hook(operation, phase, call))
        return call

    # What went on

    def assert_faults_fired(self) -> None:
        """Raises AssertionError if a fault with ``must_fire`` never fired, with its near misses."""
        worlds = [each for each in self._all() if self._running.may_have_faults(each._world)]
        idle = [rule for each in worlds for rule in each.faults if rule["must_fire"] and not rule["fired"]]
        if idle:
            raise AssertionError("\n".join(text for rule in idle for text in report.never_fired(rule)))

    def report(self, limit: int = report.REQUESTS) -> str:
        """The newest requests, operations under way and faults of this world and its other handles, as text."""
        return "\n".join(text for each in self._all() for text in report.of_world(each.world_name, each._past(), limit))

    def _past(self) -> verbs.ControlClient:
        """The control plane, also after the server was stopped."""
        return verbs.ControlClient(world=self._world, token=self._running.token, transport=self._running.recall)

    def _all(self) -> list[FakeManila]:
        return [self, *(each for each in self._used.values() if each is not self)]


def _public(url: str | None) -> PublicAddress | None:
    try:
        return None if url is None else PublicAddress.parse(url)
    except ValueError as error:
        raise ValueError(f"public_url: {error}") from None


def _reference(value: Any) -> Any:
    if isinstance(value, Resource):
        return value.id
    if isinstance(value, datetime):
        return value.isoformat()
    return [_reference(each) for each in value] if isinstance(value, list | tuple) else value
