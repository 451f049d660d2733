"""The servers that are compared, each a process of its own on a free port, with the same hundred things in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .load import NUMBER, Ask

COUNT = 100
VERSION = {"X-OpenStack-Manila-API-Version": "2.65"}

Asks = Mapping[str, Ask]
"""What is asked of a server, by the name of the measurement: ``detail``, ``show``, ``create``."""


def environment() -> dict[str, str]:
    """This process's, with which compiled modules are kept, as they are where a package is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process, ended afterwards."""
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    ) as running:
        try:
            yield running
        finally:
            running.terminate()


def ready_url(running: subprocess.Popen[str]) -> str:
    """The address in the line that a server prints when it is ready."""
    assert running.stdout is not None
    return running.stdout.readline().split(" url=")[1].split()[0]


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, where /proc says so."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def send(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> tuple[Any, Any]:
    """The JSON and the headers of an answer. Raises OSError for a refusal."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, dict(headers or {}), method=method)
    if content is not None:
        request.add_header("Content-Type", "application/json")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        text = answer.read()
        return (json.loads(text) if text else None), answer.headers


def login(url: str, user: str) -> tuple[dict[str, str], str]:
    """The headers of a user's requests, and the id of the project demo."""
    password = {"user": {"name": user, "domain": {"id": "default"}, "password": "secret"}}
    scope = {"project": {"name": "demo", "domain": {"id": "default"}}}
    auth = {"auth": {"identity": {"methods": ["password"], "password": password}, "scope": scope}}
    answer, headers = send("POST", f"{url}/identity/v3/auth/tokens", auth)
    return {**VERSION, "X-Auth-Token": headers["X-Subject-Token"]}, answer["token"]["project"]["id"]


def fill(url: str, count: int = COUNT) -> tuple[dict[str, str], str, str]:
    """Makes a share with so many snapshots, without a limit; the caller's headers, the share and the last snapshot."""
    admin, project_id = login(url, "admin")
    unlimited = {"quota_set": {"snapshots": -1, "snapshot_gigabytes": -1}}
    send("PUT", f"{url}/v2/quota-sets/{project_id}", unlimited, admin)
    headers, _ = login(url, "demo")
    share, _ = send("POST", f"{url}/v2/shares", {"share": {"share_proto": "NFS", "size": 1}}, headers)
    share_id = share["share"]["id"]
    snapshot: Any = None
    for number in range(count):
        body = {"snapshot": {"share_id": share_id, "name": f"snapshot-{number}"}}
        snapshot, _ = send("POST", f"{url}/v2/snapshots", body, headers)
    return headers, share_id, snapshot["snapshot"]["id"]


def fakemanila_asks(url: str) -> Asks:
    headers, share_id, snapshot_id = fill(url)
    body = json.dumps({"snapshot": {"share_id": share_id, "name": "one more"}}).encode()
    return {
        "detail": Ask(f"{url}/v2/snapshots/detail?limit={COUNT}", headers=headers),
        "show": Ask(f"{url}/v2/snapshots/{snapshot_id}", headers=headers),
        "create": Ask(f"{url}/v2/snapshots", "POST", headers, body, 202),
    }


def bodies(asks: Asks) -> dict[str, Any]:
    """What fakemanila answers, for the floor to answer the same."""
    return {
        name: send(ask.method, ask.url, json.loads(ask.body or b"null"), ask.headers)[0] for name, ask in asks.items()
    }


def floor_asks(url: str, asks: Asks) -> Asks:
    """The same requests, to the floor."""
    moved = {}
    for name, ask in asks.items():
        path = ask.url.partition("/v2/")[2]
        moved[name] = Ask(f"{url}/v2/{path}", ask.method, ask.headers, ask.body, ask.expected)
    return moved


_SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/elasticfilesystem/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


def moto_asks(url: str) -> Asks:
    """moto's nearest to shares: file systems of EFS."""
    path = f"{url}/2015-02-01/file-systems"
    made: Any = None
    for number in range(COUNT):
        made, _ = send("POST", path, {"CreationToken": f"token-{number}"}, _SIGNED)
    # A creation token may be used once.
    creation = b'{"CreationToken": "' + NUMBER + b'"}'
    return {
        "detail": Ask(f"{path}?MaxItems={COUNT}", headers=_SIGNED),
        "show": Ask(f"{path}?FileSystemId={made['FileSystemId']}", headers=_SIGNED),
        "create": Ask(path, "POST", _SIGNED, creation, 201),
    }
