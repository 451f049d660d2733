"""The command line: what it prints, how the server starts and stops, and what it says to bad flags."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import click
import openstack.config
import pytest
import trustme
import yaml
from click.testing import CliRunner, Result

from fakemanila import FakeManila, __version__
from fakemanila.cli.program import _LATE, main
from fakemanila.manila.resources import HANDLERS

from ..cases import for_each

PROGRAM = Path(sys.executable).with_name("fakemanila")
READY = re.compile(r"fakemanila ready url=(https?://(?:127\.0\.0\.1|\[::1\]):[1-9]\d*) auth_url=\1/identity/v3\n")
VERSION = "X-OpenStack-Manila-API-Version"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@dataclass
class Serving:
    """A ``fakemanila serve`` under way, and, once it is stopped, what it left behind."""

    process: subprocess.Popen[str]
    url: str
    stdout: str = ""
    log: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[Any, Any]:
        """The JSON and the headers of an answer, at the newest microversion."""
        data = None if body is None else json.dumps(body).encode()
        headers = {VERSION: "2.99", "Content-Type": "application/json", **({"X-Auth-Token": token} if token else {})}
        with urlopen(Request(self.url + path, data, headers, method=method), timeout=30) as answer:
            return json.loads(answer.read() or b"null"), answer.headers

    def token(self) -> str:
        domain = {"id": "default"}
        user = {"name": "demo", "password": "secret", "domain": domain}
        auth = {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "demo", "domain": domain}},
        }
        _, headers = self.call("POST", "/identity/v3/auth/tokens", {"auth": auth})
        return str(headers["X-Subject-Token"])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and waits; the exit status."""
        self.process.send_signal(number)
        self.stdout, errors = self.process.communicate(timeout=30)
        self.log = errors.splitlines()
        return self.process.returncode


@contextmanager
def serving(*arguments: str, cacert: str | None = None) -> Iterator[Serving]:
    command = [str(PROGRAM), "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            match = READY.fullmatch(line if cacert is None else line.replace(f" cacert={cacert}", ""))
            assert match, line or process.communicate()[1]
            yield Serving(process, match[1])
        finally:
            if process.poll() is None:
                process.kill()


# serve


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_serve_says_when_it_is_ready_and_stops_cleanly(number: signal.Signals) -> None:
    with serving() as server:
        version, _ = server.call("GET", "/v2/", token=server.token())
        assert version["versions"][0]["version"] == "2.99"
        assert server.stop(number) == 0
        assert server.stdout == ""  # nothing but the ready line
        assert "Traceback" not in "\n".join(server.log)


def test_serve_stops_while_a_connection_is_kept_open() -> None:
    with serving() as server, socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as kept:
        kept.sendall(b"GET /healthcheck HTTP/1.1\r\nHost: here\r\n\r\n")
        assert kept.recv(100).startswith(b"HTTP/1.1 200")
        assert server.stop() == 0


def test_serve_listens_on_ipv6() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    with serving("--host", "::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert server.call("GET", "/v2/shares", token=server.token())[0] == {"shares": []}
        assert server.stop() == 0


def test_serve_logs_one_line_for_each_request_as_text() -> None:
    with serving() as server:
        token = server.token()
        server.call("GET", "/v2/snapshots?colour=blue", token=token)
        server.call("GET", "/worlds/other/healthcheck".replace("healthcheck", "identity/v3"))
        assert server.stop() == 0
    login, listing, other = server.log
    assert " default POST /identity/v3/auth/tokens 201 " in login
    assert " default GET /v2/snapshots 200 operation=snapshots.list project=" in listing
    assert "version=2.99" in listing
    assert "colour" in listing  # what the contract doesn't know
    assert " other GET /identity/v3 200 " in other
    assert "secret" not in "".join(server.log)


def test_serve_logs_one_line_for_each_request_as_json() -> None:
    with serving("--log-format", "json") as server:
        server.call("GET", "/v2/snapshots", token=server.token())
        assert server.stop() == 0
    login, listing = map(json.loads, server.log)
    assert (login["method"], login["path"], login["status"]) == ("POST", "/identity/v3/auth/tokens", 201)
    assert (listing["world"], listing["operation"], listing["status"]) == ("default", "snapshots.list", 200)
    assert (listing["microversion"], listing["contract_warnings"]) == ("2.99", [])


def test_a_scenario_says_how_long_operations_take(tmp_path: Path) -> None:
    scenario = tmp_path / "slow.yaml"
    scenario.write_text('delays: {"snapshots.create": "30s"}\n')
    with serving("--scenario", str(scenario), "--rate", "0.001") as server:
        token = server.token()
        share = {"share": {"share_proto": "NFS", "size": 1}}
        share_id = server.call("POST", "/v2/shares", share, token)[0]["share"]["id"]
        assert server.call("GET", f"/v2/shares/{share_id}", token=token)[0]["share"]["status"] == "available"
        made = server.call("POST", "/v2/snapshots", {"snapshot": {"share_id": share_id}}, token)[0]["snapshot"]
        shown = server.call("GET", f"/v2/snapshots/{made['id']}", token=token)[0]["snapshot"]
        assert (made["status"], shown["status"]) == ("creating", "creating")


def test_a_fast_clock_lets_a_slow_operation_end(tmp_path: Path) -> None:
    scenario = tmp_path / "slow.json"
    scenario.write_text('{"delays": {"shares.create": "30s"}}')
    with serving("--scenario", str(scenario), "--rate", "1e6", "--token-ttl", "36500d") as server:
        token = server.token()
        share_id = server.call("POST", "/v2/shares", {"share": {"share_proto": "NFS", "size": 1}}, token)[0]["share"][
            "id"
        ]
        assert server.call("GET", f"/v2/shares/{share_id}", token=token)[0]["share"]["status"] == "available"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "70000"], "70000 is not in the range 0<=x<=65535"),
        (["--port", "http"], "'http' is not a valid integer"),
        (["--clock", "broken"], "'broken' is not one of 'real', 'manual'"),
        (["--rate", "0"], "0.0 is not in the range x>0"),
        (["--identity", "none"], "'none' is not one of 'strict', 'open'"),
        (["--token-ttl", "soon"], "'soon'"),
        (["--max-microversion", "latest"], "'latest' is not a microversion"),
        (["--max-microversion", "2.100"], "2.100 is not between 2.0 and 2.99"),
        (["--min-microversion", "2.60", "--max-microversion", "2.7"], "2.60 is above --max-microversion 2.7"),
        (["--min-microversion", "2.95", "--release", "epoxy"], "2.95 is above 2.89, the newest one of 2025.1 (Epoxy)"),
        (["--release", "zed"], "'zed' is not a release; there are 2025.1 (Epoxy)"),
        (["--log-format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["--scenario", "no-such-file.yaml"], "'no-such-file.yaml' does not exist"),
        (["--scenario", "full-pol"], "'full-pol' is neither a file nor a shipped scenario; did you mean 'full-pool'?"),
        (["--colour", "blue"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_bad_flag_is_refused_with_the_reason(arguments: list[str], message: str) -> None:
    result = run("serve", *arguments)
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("delays: {snapshot.create: 1s}", ":1: delays: no operation is called 'snapshot.create'; did you mean"),
        ("resources:\n- {kind: snapshot, share: db}", ":2: resources[0].share: there is no share 'db'"),
    ],
    ids=["whatever the world", "in a world"],
)
def test_a_bad_scenario_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    result = run("serve", "--port", "0", "--scenario", str(path))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"fakemanila: {path}{message}")
    assert len(result.stderr.splitlines()) == 1


def test_backends_are_named_with_their_protocols_or_described() -> None:
    described = "{name: nas, protocols: [NFS, CIFS], availability_zone: east}"
    with serving("--scenario", "cephfs-nfs", "--backend", "ceph=cephfs", "--backend", described) as server:
        pools, _ = server.call("GET", "/_fakemanila/state")
        found = [(pool["host"], pool["protocols"]) for pool in pools["records"]["pools"]]
    assert found == [
        ("oracle@ceph-nfs#cephfs", ["NFS"]),
        ("oracle@ceph#cephfs", ["CEPHFS"]),
        ("oracle@nas#nas", ["NFS", "CIFS"]),
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("ceph", "'ceph' is not a backend: expected NAME=PROTOCOL,… or {name: …}"),
        ("{name: ceph", "expected"),
        ("ceph=SMB", "backends[0].protocols[0]: 'SMB' is not one of"),
        ("ceph=NFS,CEPHFS", "backends[0].protocols: no driver serves NFS and CEPHFS"),
        ("{protocols: [NFS]}", "backends[0].name: is missing"),
    ],
)
def test_a_bad_backend_is_refused_with_the_reason(value: str, message: str) -> None:
    result = run("serve", "--port", "0", "--backend", value)
    assert result.exit_code != 0
    assert message in result.output


def test_a_shipped_scenario_is_named_and_options_go_before_it() -> None:
    with serving("--scenario", "old-release", "--scenario", "tight-quota") as server:
        assert server.call("GET", "/_fakemanila/clock")[0]["mode"] == "real"
        with pytest.raises(HTTPError, match="406"):  # it asks for 2.99
            server.call("GET", "/v2/shares", token=server.token())
        names = {record["name"] for record in server.call("GET", "/_fakemanila/state")[0]["records"]["shares"]}
        assert names == {"legacy", "data-1", "data-2", "fast"}
    with serving("--scenario", "old-release", "--max-microversion", "2.99", "--clock", "manual") as server:
        assert server.call("GET", "/_fakemanila/clock")[0]["mode"] == "manual"
        assert server.call("GET", "/v2/", token=server.token())[0]["versions"][0]["version"] == "2.99"


def test_a_port_that_is_taken_is_refused_with_the_reason() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [str(PROGRAM), "serve", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_tells_callers_its_public_address() -> None:
    with serving("--public-url", "https://cloud.example.com/share/", "--trust-proxy") as server:
        document, _ = server.call("GET", "/v2/", token=server.token())
        assert document["versions"][0]["links"][-1]["href"] == "https://cloud.example.com/share/v2/"
        assert server.stop() == 0


def test_serve_says_what_an_address_is() -> None:
    result = run("serve", "--public-url", "cloud.example.com")
    assert result.exit_code == 2
    assert "'cloud.example.com' is not the address of a server" in result.output


def test_serve_makes_a_certificate_on_the_spot(tmp_path: Path) -> None:
    trusted = tmp_path / "ca.pem"
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "clients.pem"))
    shown = tmp_path / "client.pem"
    authority.issue_cert("me.example.com").private_key_and_cert_chain_pem.write_to_path(str(shown))
    options = ("--tls", "--tls-cacert", str(trusted), "--client-ca", str(tmp_path / "clients.pem"))
    with serving(*options, cacert=str(trusted)) as server:
        context = ssl.create_default_context(cafile=str(trusted))
        with pytest.raises(OSError, match=r"(?i)certificate[ _]required"), urlopen(f"{server.url}/v2", context=context):
            pass
        context.load_cert_chain(shown)
        with urlopen(f"{server.url}/healthcheck", context=context, timeout=30) as answer:
            assert answer.read() == b"OK"
        assert server.stop() == 0
    assert trusted.exists()


# env


def test_env_for_a_shell() -> None:
    result = run("env", "--user", "alt_demo", "--url", "http://127.0.0.1:1234/worlds/w/")
    assert result.exit_code == 0
    script = f"{result.output}\nenv"
    printed = subprocess.run(["sh", "-c", script], env={}, capture_output=True, text=True, check=True).stdout
    found = dict(line.split("=", 1) for line in printed.splitlines())
    assert found["OS_AUTH_URL"] == "http://127.0.0.1:1234/worlds/w/identity/v3"
    assert (found["OS_USERNAME"], found["OS_PROJECT_NAME"], found["OS_PASSWORD"]) == ("alt_demo", "alt_demo", "secret")
    assert found["FAKEMANILA_URL"] == "http://127.0.0.1:1234/worlds/w"


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ({}, ("127.0.0.1,localhost", "127.0.0.1,localhost")),
        ({"no_proxy": "a,b"}, ("127.0.0.1,localhost,a,b", "127.0.0.1,localhost,a,b")),
        ({"NO_PROXY": "c"}, ("127.0.0.1,localhost,c", "127.0.0.1,localhost,c")),
        ({"no_proxy": "a", "NO_PROXY": "c"}, ("127.0.0.1,localhost,a", "127.0.0.1,localhost,c")),
    ],
    ids=str,
)
def test_env_keeps_proxies_away_and_what_the_shell_has(
    shell: str, before: dict[str, str], expected: tuple[str, str]
) -> None:
    script = f'{run("env").output}\necho "$no_proxy"; echo "$NO_PROXY"'
    printed = subprocess.run([shell, "-euc", script], env=before, capture_output=True, text=True, check=True).stdout
    assert tuple(printed.splitlines()) == expected


def test_clients_pass_a_proxy_by_with_env() -> None:
    ask = (
        f'"{sys.executable}" -c "import os, requests; print(requests.get(os.environ[\'FAKEMANILA_URL\']).status_code)"'
    )
    with FakeManila() as manila:
        script = f"{run('env', '--url', manila.url).output}\n{ask}"
        environment = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
        assert subprocess.check_output(["sh", "-euc", script], env=environment, text=True) == "300\n"


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("http://localhost:8786", "localhost,127.0.0.1"),
        ("http://[::1]:8786/worlds/w", "::1,127.0.0.1,localhost"),
        ("https://manila.example:8786", "manila.example"),
    ],
)
def test_env_names_the_host_of_the_server(url: str, hosts: str) -> None:
    assert f'export no_proxy="{hosts}${{no_proxy:+,$no_proxy}}"\n' in run("env", "--url", url).output
    assert f"no_proxy={hosts}\n" in run("env", "--url", url, "--format", "clouds").output


def test_env_names_the_authority(tmp_path: Path) -> None:
    authority = tmp_path / "a b.pem"
    printed = run("env", "--cacert", str(authority)).output
    script = f'{printed}\necho "$OS_CACERT"'
    assert subprocess.check_output(["sh", "-c", script], env={}, text=True) == f"{authority}\n"
    clouds = yaml.safe_load(run("env", "--format", "clouds", "--cacert", str(authority)).output)
    assert clouds["clouds"]["fakemanila"]["cacert"] == str(authority)


@pytest.mark.filterwarnings("ignore")  # openstacksdk warns of something that nobody asked of it
@pytest.mark.parametrize(
    ("user", "project"),
    [
        ("admin", "admin"),
        ("demo", "demo"),
        ("demo_reader", "demo"),
        ("demo_admin", "demo"),
        ("alt_demo_reader", "alt_demo"),
    ],
)
def test_env_for_a_clouds_file(user: str, project: str, tmp_path: Path) -> None:
    result = run("env", "--user", user, "--format", "clouds", "--url", "http://127.0.0.1:1234")
    assert list(yaml.safe_load(result.output)["clouds"]) == ["fakemanila"]
    path = tmp_path / "clouds.yaml"
    path.write_text(result.output)
    region = openstack.config.OpenStackConfig(config_files=[str(path)], load_envvars=False).get_one("fakemanila")
    assert region.get_auth_args() == {
        "auth_url": "http://127.0.0.1:1234/identity/v3",
        "username": user,
        "password": "secret",
        "project_name": project,
        "user_domain_id": "default",
        "project_domain_id": "default",
    }
    assert region.region_name == "RegionOne"


def test_env_takes_the_address_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKEMANILA_URL", "http://127.0.0.1:4321")
    assert "OS_AUTH_URL=http://127.0.0.1:4321/identity/v3\n" in run("env").output


def test_env_for_nobody_names_those_there_are() -> None:
    result = run("env", "--user", "nobody")
    assert result.exit_code == 2
    assert "'nobody' is not a built-in user; there are admin, demo," in result.output


# operations and openapi


def test_operations_as_json_say_what_is_implemented() -> None:
    rows = {row["id"]: row for row in json.loads(run("operations", "--format", "json").output)}
    create = rows["snapshots.create"]
    assert (create["method"], create["path"], create["versions"]) == ("POST", "/v2/snapshots", "2.0 - 2.99")
    assert {id for id, row in rows.items() if row["implemented"]} == set(HANDLERS)
    assert len(rows) > 200


def test_operations_as_a_table_have_one_line_each() -> None:
    table = run("operations").output.splitlines()
    assert len(table) == len(json.loads(run("operations", "--format", "json").output))
    (line,) = [line for line in table if line.startswith("snapshots.create ")]
    assert line.split() == ["snapshots.create", "2.0", "-", "2.99", "implemented", "POST", "/v2/snapshots"]


def test_openapi_is_a_document_of_one_microversion() -> None:
    new = json.loads(run("openapi").output)
    old = json.loads(run("openapi", "--microversion", "2.60").output)
    assert new["openapi"].startswith("3.1")
    path = "/v2/snapshots/{snapshot_id}/metadata"
    assert path in new["paths"]
    assert path not in old["paths"]
    assert "post" in old["paths"]["/v2/snapshots"]


def test_openapi_refuses_a_microversion_that_is_none() -> None:
    result = run("openapi", "--microversion", "2.100")
    assert result.exit_code == 2
    assert "2.100 is not between 2.0 and 2.99" in result.output


# The program itself


def test_the_version() -> None:
    assert run("--version").output == f"fakemanila, version {__version__}\n"


def test_help_says_of_every_command_what_it_says_of_itself() -> None:
    """The list knows it by itself, so that it imports no command."""
    lines = run("-h").output.partition("Commands:\n")[2].splitlines()
    said = {name: text.removesuffix("...") for name, _, text in (line.strip().partition(" ") for line in lines)}
    context = click.Context(main)
    assert list(said) == main.list_commands(context)
    for name, text in said.items():
        command = main.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(300).startswith(text.strip()), name
        assert name in main.commands or _LATE[name].help == command.get_short_help_str(300)


def test_help_needs_neither_flask_nor_a_client() -> None:
    code = (
        "import sys; from fakemanila.cli.program import main; main(['-h'], standalone_mode=False); print(*sys.modules)"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()[-1].split()
    assert "click" in loaded
    assert not {"flask", "requests", "jsonschema", "fakemanila.manila"}.intersection(loaded)


def test_an_unknown_command_is_refused() -> None:
    result = run("conjure")
    assert result.exit_code == 2
    assert "No such command 'conjure'" in result.output


# The reference page

PAGE = Path(__file__).parents[2] / "docs/reference/command-line.md"


def everything() -> dict[str, click.Command]:
    """Every command by how it is called."""
    found: dict[str, click.Command] = {}

    def walk(path: str, command: click.Command) -> None:
        found[path] = command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                walk(f"{path} {name}", inner)

    walk("fakemanila", main)
    return found


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.*)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {"fakemanila": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def test_the_page_has_every_command_and_no_other() -> None:
    assert set(sections()) - {"Commands for a running server"} == set(everything())


@for_each(path={path: path for path in everything()})
def test_the_page_has_every_option_of_a_command_and_no_other(path: str) -> None:
    common = sections()["Commands for a running server"]
    written = set(re.findall(r"`(--[a-z-]+)", sections()[path]))
    options = {name for param in everything()[path].params for name in param.opts if name.startswith("--")}
    if {"--world", "--control-token"} <= options:
        options -= set(re.findall(r"`(--[a-z-]+)`", common.partition("Where something is listed")[0]))
    assert written - {"--help"} == options


@for_each(path={path: path for path in everything()})
def test_every_option_says_what_it_is_for(path: str) -> None:
    for param in everything()[path].params:
        if isinstance(param, click.Option) and "--format" not in param.opts:
            assert param.help, param.opts
