"""One world of a running server, as the real clients see it."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import manilaclient.client
import openstack
import pytest
from click.testing import CliRunner
from keystoneauth1.access import AccessInfo
from keystoneauth1.identity import BaseIdentityPlugin, v3
from keystoneauth1.session import Session

from fakemanila.cli.program import main
from fakemanila.keystone.builtin import project_of
from fakemanila.manila.resources import HANDLERS
from fakemanila.world.journal import Entry
from fakemanila.world.world import World

with warnings.catch_warnings():  # parts of the command that are deprecated and still imported
    warnings.simplefilter("ignore")
    from openstackclient.shell import OpenStackShell
    from osc_lib.clientmanager import ClientCache, ClientManager


def access_of(session: Session) -> AccessInfo:
    """Who a session is, and its catalog."""
    assert isinstance(session.auth, BaseIdentityPlugin)
    return session.auth.get_access(session)


NEWEST = "2.98"
"""The newest microversion that python-manilaclient knows."""
UNKNOWN = "11111111-2222-4333-8444-555555555555"


def needs(*operations: str) -> pytest.MarkDecorator:
    """For a command that also calls operations which a release may not have yet; runs as soon as they are there."""
    missing = [operation for operation in operations if operation not in HANDLERS]
    return pytest.mark.skipif(bool(missing), reason=f"not implemented yet: {', '.join(missing)}")


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)


@dataclass(frozen=True)
class Cloud:
    """A world by its address, with a client of each kind for each of its users."""

    url: str
    world: World

    @property
    def auth_url(self) -> str:
        return f"{self.url}/identity/v3"

    # Clients

    def session(self, user: str = "demo", *, password: str = "secret", project: str | None = None) -> Session:
        return Session(
            v3.Password(
                auth_url=self.auth_url,
                username=user,
                password=password,
                project_name=project or project_of(user),
                user_domain_id="default",
                project_domain_id="default",
            )
        )

    def manila(
        self,
        user: str = "demo",
        version: str = NEWEST,
        *,
        service_type: str = "shared-file-system",
        session: Session | None = None,
    ) -> Any:
        """A client of python-manilaclient."""
        return manilaclient.client.Client(version, session=session or self.session(user), service_type=service_type)

    def connect(self, user: str = "demo", version: str | None = NEWEST, **options: Any) -> Any:
        """A connection of openstacksdk; without a version it picks one for each resource."""
        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth_url=self.auth_url,
            username=user,
            password="secret",
            project_name=project_of(user),
            user_domain_id="default",
            project_domain_id="default",
            region_name="RegionOne",
            shared_file_system_default_microversion=version,
            **options,
        )

    def environment(self, user: str = "demo") -> dict[str, str]:
        """What ``fakemanila env`` gives a shell."""
        result = CliRunner().invoke(main, ["env", "--user", user, "--url", self.url])
        assert result.exit_code == 0, result.output
        lines = [line.removeprefix("export ") for line in result.output.splitlines()]
        return dict(line.split("=", 1) for line in lines if line.startswith(("OS_", "FAKEMANILA_")))

    def run(self, *command: str, user: str = "demo") -> Ran:
        """The ``openstack`` command, in this process: what takes a second is starting Python."""
        out, err = io.StringIO(), io.StringIO()
        for cache in vars(ClientManager).values():  # of the clients of the command before
            if isinstance(cache, ClientCache):
                cache._handle = None
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        clean = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
        try:
            with (
                mock.patch.dict(os.environ, {**clean, **self.environment(user)}, clear=True),
                warnings.catch_warnings(),
                redirect_stdout(out),
                redirect_stderr(err),
            ):
                warnings.simplefilter("ignore")
                status = OpenStackShell().run(list(command))
        except SystemExit as error:  # argparse
            status = int(error.code or 0)
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
        return Ran(status, out.getvalue(), err.getvalue())

    def openstack(self, *command: str, user: str = "demo") -> str:
        """Runs the command, which has to succeed; its output."""
        ran = self.run(*command, user=user)
        assert ran.status == 0, ran.err
        return ran.out

    def shown(self, *command: str, user: str = "demo") -> Any:
        """Runs the command with ``-f json``."""
        return self.run(*command, "-f", "json", user=user).json

    def openstack_process(self, *command: str, user: str = "demo", env: dict[str, str] | None = None) -> Ran:
        """The ``openstack`` command in a process of its own."""
        program = Path(sys.executable).with_name("openstack")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
        done = subprocess.run(
            [program, *command],
            env={**clean, **(self.environment(user) if env is None else env)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    # Preparations and observations

    def delay(self, **delays: str) -> None:
        """How long operations take: ``delay(snapshots__create="30s")``."""
        self.world.delays.patch({name.replace("__", "."): value for name, value in delays.items()})

    def advance(self, seconds: float) -> None:
        self.world.clock.advance(timedelta(seconds=seconds))

    @property
    def clock(self) -> Any:
        """Stands in for the module ``time`` of a client: its sleeps pass in the world, at once."""
        return SimpleNamespace(time=time.time, sleep=self.advance, monotonic=time.monotonic)

    def asked(self, operation: str) -> list[Entry]:
        """The requests of one operation, oldest first."""
        return [entry for entry in self.world.journal if entry.operation == operation]
