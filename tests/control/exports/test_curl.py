"""Requests as curl commands."""

from __future__ import annotations

import shlex

from fakemanila.control.exports import curl

from ...api import NOBODY, Api


def test_a_command_asks_the_same_again() -> None:
    api = Api()
    api.make_share(name="it's")
    parts = shlex.split(curl.as_curl(api.journal[-1], "http://localhost:8786"))
    assert parts[:4] == ["curl", "-X", "POST", "http://localhost:8786/v2/shares"]
    assert "X-Auth-Token: $OS_TOKEN" in parts
    assert '"name": "it\'s"' in parts[-1]


def test_tokens_come_from_variables_of_their_own() -> None:
    api = Api()
    api.get("/identity/v3/auth/tokens", headers={"X-Subject-Token": api.token("admin")})
    command = curl.as_curl(api.journal[-1], "http://localhost:8786")
    assert '"X-Subject-Token: $OS_SUBJECT_TOKEN"' in command
    assert api.token("admin") not in command


def test_there_is_a_line_for_each_request() -> None:
    api = Api()
    api.get("/", user=NOBODY)
    api.call("HEAD", "/v2/shares", user=NOBODY)
    lines = curl.as_script(api.journal, "http://localhost:8786").splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["curl", "-X", "GET"],
        ["curl", "--head", "http://localhost:8786/v2/shares"],
    ]
