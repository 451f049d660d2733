"""The real clients, logged in at a world: keystoneauth1, openstacksdk, python-manilaclient (extra ``clients``)."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..keystone.builtin import PASSWORD, REGION, project_of, user_names
from ..text.suggestions import nearest

if TYPE_CHECKING:
    from keystoneauth1.session import Session
    from openstack.connection import Connection

    from ..control.client import ControlClient
    from .running import Running

SERVICE_TYPE = "shared-file-system"


class Clients:
    """Makes clients, and closes them all at the end."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._open: weakref.WeakSet[Any] = weakref.WeakSet()

    def close(self) -> None:
        """Closes what has been made: connections that are kept alive, and threads."""
        for each in list(self._open):
            each.close()
        self._open.clear()

    def session(
        self, control: ControlClient, auth_url: str, user: str, project: str | None, password: str | None
    ) -> Session:
        with _extra("session()", "keystoneauth1"):
            import requests
            from keystoneauth1.identity import v3

            from .client_session import JumpProofSession

        if project is None or password is None:
            home, secret = _account(control, user, known=project is not None)
            project, password = project or home, password or secret
        transport = requests.Session()
        # Neither a proxy nor a .netrc has any business here.
        transport.trust_env = False
        self._running.mount(transport)
        self._open.add(transport)
        auth = v3.Password(
            auth_url=auth_url,
            username=user,
            password=password,
            project_name=project,
            user_domain_id="default",
            project_domain_id="default",
            # When a token has expired is for the world's clock to say, not for this machine's: a 401 brings a new one.
            reauthenticate=False,
        )
        trusted, own = self._running.cacert, self._running.client_cert
        return JumpProofSession(auth, session=transport, verify=trusted or True, cert=own)

    def connect(self, session: Session, options: dict[str, Any]) -> Connection:
        with _extra("connect()", "openstacksdk"):
            from openstack.connection import Connection
        connection = Connection(session=session, **{"region_name": REGION, **options})
        self._open.add(connection)
        return connection

    def client(self, session: Session, world: str | None, microversion: str | None) -> Any:
        with _extra("client()", "python-manilaclient"):
            from manilaclient import API_MAX_VERSION
            from manilaclient.api_versions import APIVersion
            from manilaclient.v2.client import Client
        if microversion is None:
            newest = self._running.newest_microversion(world)
            ours = (newest.major, newest.minor)
            known = (API_MAX_VERSION.ver_major, API_MAX_VERSION.ver_minor)
            microversion = "{}.{}".format(*min(ours, known))
        return Client(
            api_version=APIVersion(microversion), session=session, service_type=SERVICE_TYPE, region_name=REGION
        )


@contextmanager
def _extra(what: str, distribution: str) -> Iterator[None]:
    """Says how to get what is missing."""
    try:
        yield
    except ImportError as error:
        raise ImportError(
            f"{what} needs {distribution}, which cannot be imported ({error}): pip install 'fakemanila[clients]'"
        ) from error


def _account(control: ControlClient, user: str, *, known: bool) -> tuple[str, str]:
    """A user's own project and password; `known` for one who may be unknown here. Raises LookupError."""
    try:
        return project_of(user), PASSWORD
    except LookupError:
        pass
    identity = control.state.dump()["identity"]
    users = {each["name"]: each for each in identity["users"]}
    if user in users:
        home = next((p for p in identity["projects"] if p["id"] == users[user].get("default_project_id")), None)
        if home is None and not known:
            raise LookupError(f"user: {user!r} has no project of their own: say which with project=")
        return "" if home is None else home["name"], users[user].get("password") or PASSWORD
    if known:  # whom an open identity service lets in
        return "", PASSWORD
    raise LookupError(f"user: there is no {user!r}{nearest(user, {**users, **dict.fromkeys(user_names())})}")
