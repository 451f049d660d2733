"""`fakemanila shadow`, tried from outside."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
import yaml
from click.testing import CliRunner
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from fakemanila import FakeManila
from fakemanila.cli.program import main

from ..clouds_yaml import clouds_yaml

PROGRAM = Path(sys.executable).with_name("fakemanila")


@contextmanager
def running(env: dict[str, str], *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A shadow in a process of its own, and its address."""
    command = [str(PROGRAM), "shadow", "--os-cloud", "here", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith("fakemanila ready url="), process.communicate()
            yield process, ready.split()[2].removeprefix("url=")
        finally:
            if process.poll() is None:
                process.kill()


def test_a_client_goes_by_way_of_it_and_the_end_tells_what_came_of_it(tmp_path: Path) -> None:
    saved = tmp_path / "session.yaml"
    with FakeManila(clock="manual") as cloud:
        env = clouds_yaml(tmp_path, cloud.auth_url)
        with running(env, "--save", str(saved), "--fail-on-drift") as (process, url):
            login = v3.Password(
                f"{url}/identity/v3",
                username="demo",
                password="secret",
                project_name="demo",
                user_domain_id="default",
                project_domain_id="default",
            )
            session = Session(login)
            manila = {"service_type": "shared-file-system"}
            assert str(session.get_endpoint(service_type="shared-file-system")).startswith(url)
            body = {"share": {"share_proto": "NFS", "size": 1, "name": "by way of it"}}
            made = session.post("/shares", json=body, endpoint_filter=manila).json()["share"]
            cloud.clock.advance_to_idle()
            assert session.get(f"/shares/{made['id']}", endpoint_filter=manila).json()["share"]["status"] == "available"
            assert requests.get(f"{url}/_fakemanila/drift", timeout=10).json()["drift"] == []
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert output.splitlines()[-1] == "2 requests, 2 compared: 2 alike, 0 not"
    assert list(yaml.safe_load(saved.read_text())) == ["recorded"]


def shadow(folder: Path, auth_url: str, *options: str, password: str = "secret") -> str:
    """What it says where it can't begin; the exit status is 1."""
    arguments = ["shadow", "--os-cloud", "here", "--port", "0", *options]
    result = CliRunner(env=clouds_yaml(folder, auth_url, password)).invoke(main, arguments)
    assert result.exit_code == 1, result.output
    return result.output


def test_what_keeps_it_from_beginning_is_one_line(tmp_path: Path) -> None:
    with FakeManila() as cloud:
        auth_url = cloud.auth_url
        said = shadow(tmp_path, cloud.auth_url, password="wrong")
        assert said.startswith("fakemanila: Keystone does not let this user in: ")
        said = shadow(tmp_path, cloud.auth_url, "--project", "nobodys")
        assert said == "fakemanila: --project 'nobodys' is not a project that this user sees\n"
        html = {"respond": {"status": 451, "body": "<h1>Not here</h1>"}}
        cloud.faults.add({"match": {"operation": "messages.list"}, "do": html})
        said = shadow(tmp_path, cloud.auth_url)
        assert "the cloud answered 451 with text/html instead of JSON" in said
    assert shadow(tmp_path, auth_url).startswith("fakemanila: cannot log in: ")


def test_a_cloud_without_manila(tmp_path: Path) -> None:
    with FakeManila() as cloud:
        cloud.faults.add({"match": {"operation": "identity.tokens.create"}, "do": {"catalog": "missing"}})
        assert "the catalog has no Manila" in shadow(tmp_path, cloud.auth_url)


def test_a_folder_that_is_not_there_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["shadow", "--os-cloud", "x", "--save", str(tmp_path / "no" / "s.yaml")])
    assert result.exit_code == 2
    assert f"Invalid value for --save: the folder '{tmp_path / 'no'}' does not exist" in result.output
