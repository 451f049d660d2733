"""HTTPS: the same server, the same faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import trustme
from click.testing import CliRunner

from fakemanila.app import application
from fakemanila.cli import main
from fakemanila.control.client import ControlClient, HttpTransport
from fakemanila.server import Server
from fakemanila.worlds import Worlds


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


def test_commands_say_how_to_trust_it(https: Https, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["clock", "--url", https.server.url]
    assert "a certificate to trust can be named in SSL_CERT_FILE" in CliRunner().invoke(main, command).output
    monkeypatch.setenv("SSL_CERT_FILE", str(https.trust))
    assert CliRunner().invoke(main, command).exit_code == 0


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
def test_faults_on_the_wire_are_the_same(https: Https, fault: dict, raised: type[Exception]) -> None:
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
