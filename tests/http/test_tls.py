"""HTTPS: the same server, the same faults."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import requests
import trustme
from click.testing import CliRunner

from fakemanila import ControlFailure, FakeManila, pytest_plugin
from fakemanila.app import application
from fakemanila.cli.program import main
from fakemanila.control.client import ControlClient, HttpTransport
from fakemanila.http import certificates
from fakemanila.http.server import Server
from fakemanila.world.worlds import Worlds

from ..api import there


def test_everybody_knows_the_same_kinds_of_certificates() -> None:
    [option] = [each for each in main.commands["serve"].params if each.name == "tls"]
    assert isinstance(option.type, click.Choice)
    assert (*option.type.choices,) == pytest_plugin.CERTIFICATES == certificates.KINDS


class Https:
    """A server with a certificate of its own, and those who trust it."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1", "localhost")
        self.trust, self.cert, self.key = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
        authority.cert_pem.write_to_path(str(self.trust))
        certificate.cert_chain_pems[0].write_to_path(str(self.cert))
        certificate.private_key_pem.write_to_path(str(self.key))
        worlds = Worlds()
        self.world = worlds.get()
        self.server = Server(application(worlds), stopping=worlds.stopping, tls=(str(self.cert), str(self.key)))
        self.server.start()

    def get(self, path: str, timeout: float = 30) -> requests.Response:
        return requests.get(f"{self.server.url}{path}", verify=str(self.trust), timeout=timeout)


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Https]:
    made = Https(tmp_path_factory.mktemp("tls"))
    yield made
    made.server.stop()


@pytest.fixture(autouse=True)
def _without_faults(https: Https) -> Iterator[None]:
    yield
    https.world.faults.clear()


def test_links_lead_back_over_https(https: Https) -> None:
    assert https.server.url.startswith("https://")
    (version, *_) = https.get("/").json()["versions"]
    assert version["links"][-1]["href"].startswith(https.server.url)


def test_who_does_not_trust_it_is_not_served(https: Https) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(https.server.url, timeout=30)
    assert https.get("/healthcheck").status_code == 200


def test_the_control_plane_is_there_too(https: Https) -> None:
    import ssl

    transport = HttpTransport(https.server.url, tls=ssl.create_default_context(cafile=str(https.trust)))
    assert ControlClient(https.server.url, transport=transport).health()["status"] == "ok"


VARIABLES = pytest.mark.parametrize(
    "variable", ["OS_CACERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"], ids=str
)


@pytest.mark.filterwarnings("ignore")  # the clients warn of what is deprecated in the libraries below them
class TestTrust:
    """What a control call trusts, the clients trust that are handed out; a proxy of the environment nobody asks."""

    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("OS_CACERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")

    def use(self, manila: FakeManila) -> None:
        manila.reset()
        share = manila.client().shares.create("NFS", 1)
        assert [each.id for each in manila.connect().shared_file_system.shares()] == [share.id]
        found = manila.session().get("/shares", endpoint_filter={"service_type": "sharev2"}, microversion="2.65")
        assert [each["id"] for each in found.json()["shares"]] == [share.id]
        assert manila.delays == {"default": 0}
        manila.stop()

    def test_by_argument(self, https: Https) -> None:
        self.use(FakeManila.attach(https.server.url, cacert=https.trust))
        self.use(FakeManila.attach(f"{https.server.url}/worlds/other", cacert=str(https.trust)))

    def test_by_a_folder(self, https: Https, tmp_path: Path) -> None:
        name = subprocess.check_output(["openssl", "x509", "-hash", "-noout", "-in", str(https.trust)], text=True)
        (tmp_path / f"{name.strip()}.0").write_bytes(https.trust.read_bytes())
        self.use(FakeManila.attach(https.server.url, cacert=tmp_path))

    @VARIABLES
    def test_by_the_environment(self, https: Https, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(variable, str(https.trust))
        self.use(FakeManila.attach(https.server.url))
        assert CliRunner().invoke(main, ["clock", "--url", https.server.url]).exit_code == 0

    def test_by_an_option_of_every_command(self, https: Https) -> None:
        for command in (["clock"], ["faults", "list"], ["requests"], ["reset"], ["state", "save", "-"]):
            ran = CliRunner().invoke(main, [*command, "--url", https.server.url, "--cacert", str(https.trust)])
            assert ran.exit_code == 0, ran.output

    @pytest.mark.parametrize("how", ["option", "ini", "environment"])
    def test_by_the_plugin(
        self, https: Https, how: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (pytester.path / "own.pem").write_bytes(https.trust.read_bytes())
        ini = "fakemanila_cacert = own.pem\n" if how == "ini" else ""
        (pytester.path / "pytest.ini").write_text(f"[pytest]\naddopts = -p no:randomly -p no:asyncio\n{ini}")
        if how == "environment":
            monkeypatch.setenv("OS_CACERT", str(https.trust))
        pytester.makepyfile(
            """
            def test_it(manila, manila_client, manila_connection):
                share = manila_client.shares.create("NFS", 1)
                assert [each.id for each in manila_connection.shared_file_system.shares()] == [share.id]
            """
        )
        options = ("--fakemanila-cacert", "own.pem") if how == "option" else ()
        result = pytester.runpytest("-W", "ignore", "--fakemanila-url", https.server.url, *options)
        result.assert_outcomes(passed=1)

    def test_who_does_not_trust_it_is_told_how_to(self, https: Https) -> None:
        told = "name the authority that signed it: cacert in Python, --cacert, or the variable OS_CACERT"
        with pytest.raises(ControlFailure, match=told):
            FakeManila.attach(https.server.url)
        ran = CliRunner().invoke(main, ["clock", "--url", https.server.url])
        assert (ran.exit_code, told in ran.output) == (1, True)

    @pytest.mark.parametrize("name", ["cacert", "OS_CACERT", "REQUESTS_CA_BUNDLE"])
    @pytest.mark.parametrize(("wrong", "why"), [("none.pem", "No such file"), ("empty.pem", "it has no certificates")])
    def test_certificates_that_cannot_be_read_are_told_by_name(
        self, https: Https, name: str, wrong: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "empty.pem").write_text("nothing")
        path = tmp_path / wrong
        if name != "cacert":
            monkeypatch.setenv(name, str(path))
        with pytest.raises(ValueError, match=rf"^{name}: cannot read the certificates of '.*{wrong}': {why}"):
            FakeManila.attach(https.server.url, cacert=path if name == "cacert" else None)
        with FakeManila() as plain:  # whoever needs none is not bothered
            FakeManila.attach(plain.url, cacert=path if name == "cacert" else None)
        option = ["--cacert", str(path)] if name == "cacert" else []
        ran = CliRunner().invoke(main, ["clock", "--url", https.server.url, *option])
        assert (ran.exit_code, f"{name}: cannot read" in ran.output) == (2, True)

    def test_an_argument_goes_before_the_environment(self, https: Https, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OS_CACERT", "/nonexistent.pem")
        self.use(FakeManila.attach(https.server.url, cacert=https.trust))


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ({"reset": True}, requests.ConnectionError),
        ({"empty": True}, requests.ConnectionError),
        ({"truncate": 0.5}, requests.exceptions.ChunkedEncodingError),
        ({"hang": True}, requests.ReadTimeout),
    ],
    ids=str,
)
def test_faults_on_the_wire_are_the_same(https: Https, fault: dict[str, Any], raised: type[Exception]) -> None:
    https.world.faults.add({"match": {"path": "/"}, "do": fault})
    with pytest.raises(raised):
        https.get("/", timeout=0.5)
    https.world.faults.clear()
    assert https.get("/").status_code == 300


def test_a_dribble_arrives_whole(https: Https) -> None:
    whole = https.get("/").content
    https.world.faults.add({"match": {"path": "/"}, "do": {"dribble": {"bytes": 500, "every": "1ms"}}})
    assert https.get("/").content == whole


@pytest.mark.parametrize("given", ["--tls-cert", "--tls-key"])
def test_a_certificate_and_its_key_belong_together(https: Https, given: str) -> None:
    ran = CliRunner().invoke(main, ["serve", "--port", "0", given, str(https.cert)])
    assert ran.exit_code == 2
    assert "--tls-cert and --tls-key belong together" in ran.output


BAD = [
    ("expired", "certificate has expired"),
    ("wrong-name", "certificate is not valid for '127.0.0.1'"),
    ("unknown-ca", "unable to get local issuer certificate"),
]


@pytest.mark.filterwarnings("ignore")
class TestOnTheSpot:
    """Certificates that the server makes."""

    def test_clients_that_are_handed_out_trust_it(self) -> None:
        with FakeManila(tls=True) as manila:
            share = manila.client().shares.create("NFS", 1)
            assert [each.id for each in manila.connect().shared_file_system.shares()] == [share.id]
            assert share.links[0]["href"].startswith(manila.url)
            assert manila.session().verify == manila.cacert == there(manila.cacert)
            assert manila.control.health()["cacert"] == manila.cacert
            folder = Path(there(manila.cacert)).parent
        assert not folder.exists()

    @pytest.mark.parametrize(("kind", "told"), BAD)
    def test_a_bad_one_is_refused_for_its_reason(self, kind: Any, told: str) -> None:
        with FakeManila(tls=kind) as manila:
            with pytest.raises(requests.exceptions.SSLError, match=told):
                requests.get(manila.url, verify=manila.cacert, timeout=30)
            assert requests.get(manila.url, verify=False, timeout=30).status_code == 300

    def test_who_shows_no_certificate_is_refused_in_the_handshake(self) -> None:
        with FakeManila(tls=True, client_ca=True) as manila, FakeManila(tls=True, client_ca=True) as other:
            assert manila.client().shares.list() == []
            before = len(manila.requests)
            with pytest.raises(requests.exceptions.SSLError, match=r"(?i)certificate[ _]required"):
                requests.get(manila.url, verify=manila.cacert, timeout=30)
            with pytest.raises(requests.exceptions.SSLError, match=r"(?i)unknown[ _]ca"):
                requests.get(manila.url, verify=manila.cacert, cert=other.client_cert, timeout=30)
            served = requests.get(manila.url, verify=manila.cacert, cert=manila.client_cert, timeout=30)
            assert served.status_code == 300
            assert len(manila.requests) == before + 1

    def test_control_calls_from_elsewhere_show_that_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with FakeManila(tls=True, client_ca=True) as manila:
            with pytest.raises(ControlFailure):
                FakeManila.attach(manila.url, cacert=there(manila.cacert))
            monkeypatch.setenv("OS_CERT", there(manila.client_cert))
            attached = FakeManila.attach(manila.url, cacert=there(manila.cacert))
            assert attached.client().shares.list() == []
            ran = CliRunner().invoke(main, ["clock", "--url", manila.url, "--cacert", there(manila.cacert)])
            assert ran.exit_code == 0, ran.output
            monkeypatch.setenv("OS_CERT", "/nonexistent.pem")
            with pytest.raises(ValueError, match=r"^OS_CERT: cannot read '/nonexistent.pem': No such file"):
                FakeManila.attach(manila.url)

    @pytest.mark.parametrize("shape", ["sh", "clouds"])
    def test_env_finds_out_whom_to_trust(self, shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OS_CACERT", "/of/a/server/that/is/gone.pem")
        with FakeManila(tls="expired") as manila:
            ran = CliRunner().invoke(main, ["env", "--format", shape, "--url", f"{manila.url}/worlds/w"])
            assert ran.exit_code == 0, ran.output
            assert there(manila.cacert) in ran.output

    def test_the_plugin_has_it_for_all_tests_and_for_one(self, pytester: pytest.Pytester) -> None:
        (pytester.path / "pytest.ini").write_text("[pytest]\naddopts = -p no:randomly -p no:asyncio\n")
        pytester.makepyfile(
            """
            import pytest
            from keystoneauth1.exceptions import SSLError

            def test_all(manila, manila_client):
                assert manila.url.startswith("https:")
                assert manila_client.shares.list() == []

            @pytest.mark.fakemanila(tls="expired")
            def test_one(manila):
                with pytest.raises(SSLError):
                    manila.client()

            @pytest.mark.fakemanila(tls=False)
            def test_none(manila, manila_client):
                assert manila.url.startswith("http:")
                assert manila_client.shares.list() == []

            @pytest.mark.fakemanila(transport="in-process")
            def test_without_a_socket(manila, manila_client):
                assert manila_client.shares.list() == []
            """
        )
        pytester.runpytest("-W", "ignore", "--fakemanila-tls").assert_outcomes(passed=4)

    def test_the_plugin_says_what_it_does_not_know(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            """
            import pytest

            @pytest.mark.fakemanila(tls="odd")
            def test_odd(manila): ...

            @pytest.mark.fakemanila(tls=True, transport="in-process")
            def test_no_socket(manila): ...
            """
        )
        result = pytester.runpytest("-W", "ignore", "-p", "no:randomly")
        result.assert_outcomes(errors=2)
        result.stdout.fnmatch_lines(["*tls: 'odd' is not a certificate: expected 'valid', 'expired', *"])
        result.stdout.fnmatch_lines(["*tls: without a socket there is no connection to encrypt"])

    @pytest.mark.parametrize(
        ("options", "wrong"),
        [
            ({"tls": "odd"}, "tls: 'odd' is not True, False or one of 'valid', 'expired', 'wrong-name', 'unknown-ca'"),
            ({"tls": True, "serve": False}, "tls: without a socket there is no connection to encrypt"),
            ({"client_ca": True}, "client_ca: client certificates need TLS: set tls too"),
            ({"tls": True, "client_ca": __file__}, f"{__file__}: there is no certificate of an authority in it"),
        ],
        ids=str,
    )
    def test_wrong_options_are_told(self, options: dict[str, Any], wrong: str) -> None:
        with pytest.raises(ValueError, match=re.escape(wrong)):
            FakeManila(**options)

    def test_without_trustme_it_says_how_to_get_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "trustme", None)
        with pytest.raises(ImportError, match=re.escape("pip install 'fakemanila[tls]'")):
            FakeManila(tls=True).start()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--tls", "odd"], "'odd' is not one of"),
        (["--tls", "--tls-cert", __file__], "doesn't go with"),
        (["--tls-cacert", "ca.pem"], "--tls-cacert is for the authority that --tls makes"),
        (["--client-ca", __file__], "--client-ca: client certificates need TLS"),
        (["--tls", "--client-ca", __file__], "there is no certificate of an authority in it"),
        (["--tls", "--tls-cacert", "/nonexistent/ca.pem"], "--tls: [Errno 2] No such file"),
    ],
    ids=str,
)
def test_serve_says_what_does_not_go_together(options: list[str], told: str) -> None:
    ran = CliRunner().invoke(main, ["serve", "--port", "0", *options])
    assert ran.exit_code != 0
    assert told in ran.output


def test_what_is_no_certificate_is_told_by_name(https: Https, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nonsense")
    ran = CliRunner().invoke(main, ["serve", "--port", "0", "--tls-cert", str(wrong), "--tls-key", str(https.key)])
    assert ran.exit_code == 1
    assert str(wrong) in ran.output
