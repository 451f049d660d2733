"""HTTPS: the same server, the same faults."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from click.testing import CliRunner

from fakemanila import ControlFailure, FakeManila
from fakemanila.app import application
from fakemanila.cli import main
from fakemanila.control.client import ControlClient, HttpTransport
from fakemanila.http.server import Server
from fakemanila.world.worlds import Worlds


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


def test_what_is_no_certificate_is_told_by_name(https: Https, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nonsense")
    ran = CliRunner().invoke(main, ["serve", "--port", "0", "--tls-cert", str(wrong), "--tls-key", str(https.key)])
    assert ran.exit_code == 1
    assert str(wrong) in ran.output
