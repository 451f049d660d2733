"""What `fakemanila env` prints, used as it stands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openstack
import pytest
import yaml
from click.testing import CliRunner
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from fakemanila import FakeManila
from fakemanila.cli.program import main

pytestmark = pytest.mark.filterwarnings("ignore")  # the clients warn of what is deprecated in the libraries below them


@pytest.fixture(scope="module")
def server() -> Iterator[FakeManila]:
    with FakeManila() as manila:
        yield manila


def env(server: FakeManila, *options: str) -> str:
    ran = CliRunner().invoke(main, ["env", "--url", server.url, *options])
    assert ran.exit_code == 0, ran.output
    return ran.output


def refused(*options: str) -> str:
    ran = CliRunner().invoke(main, ["env", *options])
    assert ran.exit_code != 0
    return ran.output


def cloud(text: str, folder: Path) -> Any:
    """A connection by what the file says."""
    path = folder / "clouds.yaml"
    path.write_text(text)
    config = openstack.config.OpenStackConfig(config_files=[str(path)], load_envvars=False)
    return openstack.connection.Connection(config=config.get_one("fakemanila"))


def secret(server: FakeManila, *options: str) -> dict[str, str]:
    document = yaml.safe_load(env(server, "--format", "csi-secret", *options))
    assert (document["apiVersion"], document["kind"]) == ("v1", "Secret")
    assert document["metadata"] == {"name": "csi-manila-secrets"}
    values: dict[str, str] = document["stringData"]
    assert all(isinstance(value, str) for value in values.values())
    return values


class TestSystem:
    def test_a_cloud_of_the_administrator_works_on_all_of_it(self, server: FakeManila, tmp_path: Path) -> None:
        connection = cloud(env(server, "--format", "clouds", "--user", "admin", "--scope", "system"), tmp_path)
        access = connection.session.auth.get_access(connection.session)
        assert (access.system_scoped, access.project_scoped) == (True, False)
        assert "demo" in [user.name for user in connection.identity.users()]

    def test_a_shell_forgets_the_project_and_finds_it_again(self, server: FakeManila) -> None:
        system, project = env(server, "--user", "admin", "--scope", "system"), env(server)
        show = "env | grep -E '^OS_(PROJECT|SYSTEM|USERNAME)' | sort"
        script = f"{project}\n{system}\n{show}\necho\n{project}\n{show}"
        printed = subprocess.run(["sh", "-euc", script], env={}, capture_output=True, text=True, check=True).stdout
        one, _, two = printed.partition("\n\n")
        assert one.splitlines() == ["OS_SYSTEM_SCOPE=all", "OS_USERNAME=admin"]
        assert two.splitlines() == ["OS_PROJECT_DOMAIN_ID=default", "OS_PROJECT_NAME=demo", "OS_USERNAME=demo"]

    def test_is_nothing_for_others(self) -> None:
        told = "csi-manila works in a project, and not on the system as a whole"
        assert told in refused("--format", "csi-secret", "--scope", "system")
        assert "is for a project, and not for --scope system" in refused("--credential", "trust", "--scope", "system")


class TestApplicationCredential:
    def test_a_cloud_of_it_works_in_the_users_project(self, server: FakeManila, tmp_path: Path) -> None:
        options = ("--format", "clouds", "--credential", "application")
        connection = cloud(env(server, *options), tmp_path)
        share = connection.shared_file_system.create_share(share_protocol="NFS", size=1, name="db")
        assert [each.id for each in server.client().shares.list()] == [share.id]
        assert env(server, *options) == env(server, *options)  # it is made once

    def test_a_shell_has_it_alone(self, server: FakeManila) -> None:
        script = f"{env(server)}\n{env(server, '--credential', 'application', '--user', 'alt_demo')}\n"
        ask = f'"{Path(sys.executable).with_name("openstack")}" token issue -f value -c project_id'
        printed = subprocess.run(["sh", "-euc", script + ask], env={}, capture_output=True, text=True)
        assert printed.stdout.strip() == server.session("alt_demo").get_project_id(), printed.stderr

    def test_is_in_a_world_of_its_own(self, server: FakeManila, tmp_path: Path) -> None:
        other = server.world("other")
        connection = cloud(env(other, "--format", "clouds", "--credential", "application"), tmp_path)
        connection.shared_file_system.create_share(share_protocol="NFS", size=1)
        assert len(other.records("share")) == 1

    def test_needs_a_server_that_runs(self) -> None:
        told = "cannot use http://127.0.0.1:1/identity/v3"
        assert told in refused("--credential", "application", "--url", "http://127.0.0.1:1")
        assert "'nobody' is not a built-in user" in refused("--credential", "application", "--user", "nobody")


class TestTrust:
    def test_a_cloud_of_it_works_in_the_name_of_who_trusts(self, server: FakeManila, tmp_path: Path) -> None:
        connection = cloud(env(server, "--format", "clouds", "--credential", "trust"), tmp_path)
        access = connection.session.auth.get_access(connection.session)
        assert (access.trust_scoped, access.username, access.project_name) == (True, "demo", "demo")
        connection.shared_file_system.create_share(share_protocol="NFS", size=1, name="trusted")
        assert "trusted" in [share["name"] for share in server.records("share")]

    def test_a_shell_has_it_alone(self, server: FakeManila) -> None:
        script = f"{env(server)}\n{env(server, '--credential', 'trust', '--user', 'alt_demo')}\n"
        ask = f'"{Path(sys.executable).with_name("openstack")}" token issue -f value -c project_id'
        printed = subprocess.run(["sh", "-euc", script + ask], env={}, capture_output=True, text=True)
        assert printed.stdout.strip() == server.session("alt_demo").get_project_id(), printed.stderr


class TestSecretForCsiManila:
    def test_of_a_user(self, server: FakeManila) -> None:
        assert secret(server, "--user", "alt_demo") == {
            "os-authURL": server.auth_url,
            "os-region": "RegionOne",
            "os-userName": "alt_demo",
            "os-password": "secret",
            "os-projectName": "alt_demo",
            "os-domainID": "default",
        }

    def test_of_an_application_credential(self, server: FakeManila) -> None:
        found = secret(server, "--credential", "application")
        assert found.keys() == {
            *("os-authURL", "os-region", "os-applicationCredentialID", "os-applicationCredentialSecret")
        }
        auth = v3.ApplicationCredential(
            found["os-authURL"],
            application_credential_id=found["os-applicationCredentialID"],
            application_credential_secret=found["os-applicationCredentialSecret"],
        )
        assert auth.get_project_id(Session()) == server.session().get_project_id()

    def test_of_a_trust(self, server: FakeManila) -> None:
        found = secret(server, "--credential", "trust")
        assert found.keys() == {*("os-authURL", "os-region", "os-trustID", "os-trusteeID", "os-trusteePassword")}
        auth = v3.Password(
            found["os-authURL"],
            user_id=found["os-trusteeID"],
            password=found["os-trusteePassword"],
            trust_id=found["os-trustID"],
        )
        assert auth.get_project_id(Session()) == server.session().get_project_id()

    def test_of_a_server_with_a_certificate(self) -> None:
        with FakeManila(tls=True) as manila:
            found = secret(manila, "--credential", "application")
            assert found["os-certAuthorityPath"] == manila.cacert
