"""requests without a socket."""

from __future__ import annotations

import pytest
import requests

from fakemanila.app import application
from fakemanila.http.inprocess import WsgiAdapter
from fakemanila.world.worlds import Worlds

BASE = "http://fakemanila.test"


@pytest.fixture
def worlds() -> Worlds:
    return Worlds()


@pytest.fixture
def session(worlds: Worlds) -> requests.Session:
    session = requests.Session()
    session.mount(BASE, WsgiAdapter(application(worlds)))
    return session


def test_an_answer_is_like_one_over_a_socket(session: requests.Session) -> None:
    answer = session.get(f"{BASE}/")
    assert (answer.status_code, answer.headers["content-type"]) == (300, "application/json")
    assert answer.json()["versions"][0]["links"][1]["href"] == f"{BASE}/v2/"


def test_a_path_is_decoded_once(session: requests.Session) -> None:
    assert session.get(f"{BASE}/worlds/w%31/healthcheck").text == "OK"


@pytest.mark.parametrize(
    ("preset", "error"),
    [
        ("conn-reset", requests.ConnectionError),
        ("empty", requests.ConnectionError),
        ("hang", requests.ReadTimeout),
        ("truncate", requests.exceptions.ChunkedEncodingError),
    ],
)
def test_a_wire_fault_is_the_exception_that_requests_raises(
    session: requests.Session, worlds: Worlds, preset: str, error: type[Exception]
) -> None:
    worlds.get().faults.add(preset, match={"path": "/healthcheck"}, when={"times": 1})
    with pytest.raises(error):
        session.get(f"{BASE}/healthcheck")
    assert session.get(f"{BASE}/healthcheck").status_code == 200
