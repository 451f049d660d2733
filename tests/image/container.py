"""Runs the image with runc, as Docker, Podman and Kubernetes do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from .building import Image

PATIENCE = 120
"""Seconds after which something hangs, on a machine that has much else to do."""

_ASK = """
import http.client, json, ssl, sys
port, scheme, method, path, headers, body = json.loads(sys.argv[1])
if scheme == "https":
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
else:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
connection.request(method, path, body, headers)
answer = connection.getresponse()
print(json.dumps([answer.status, answer.read().decode()]))
"""


class Answer(NamedTuple):
    """A status code and a body."""

    status: int
    text: str


class Container:
    """A running container: root is read-only, no capability is left, and its network is its own."""

    def __init__(
        self,
        image: Image,
        folder: Path,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        state: Path | None = None,
        tmpfs: Iterable[str] = (),
    ) -> None:
        """`folder` is for its files; `state` is what is mounted at /state, nothing where it is None."""
        self.name = f"fakemanila-{uuid4()}"
        self._runc = ["runc", "--root", str(folder / "runc")]
        mounts = [{"destination": path, "type": "tmpfs", "source": "tmpfs", "options": ["mode=1777"]} for path in tmpfs]
        if state is not None:
            mounts.append({"destination": "/state", "type": "bind", "source": str(state), "options": ["rbind", "rw"]})
        config = _config(image, folder, user or image.config["User"])
        config["process"]["args"] = [*image.config["Entrypoint"], *(image.config["Cmd"] or []), *arguments]
        config["process"]["env"] = [*image.config["Env"], *(f"{name}={value}" for name, value in (env or {}).items())]
        config["mounts"] += mounts
        (folder / "config.json").write_text(json.dumps(config))
        self.stderr = folder / "stderr"
        with self.stderr.open("w") as errors:
            self._process = subprocess.Popen(
                [*self._runc, "run", "--bundle", str(folder), self.name],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        self.ready = self._process.stdout.readline().rstrip("\n")
        """The first line that it printed; empty where it ended without one."""
        assert self.ready, self.stderr.read_text()

    @property
    def pid(self) -> int:
        """The number of its first process, seen from outside."""
        shown = subprocess.run([*self._runc, "state", self.name], check=True, capture_output=True, text=True)
        pid: int = json.loads(shown.stdout)["pid"]
        return pid

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: Any = None, scheme: str = "http"
    ) -> Answer:
        """Sends a request from beside it, to the port that it said it listens on."""
        [port] = re.findall(r" url=\w+://[^ ]*:(\d+) ", self.ready)
        sent = None if body is None else json.dumps(body)
        request = json.dumps([int(port), scheme, method, path, dict(headers or {}), sent])
        within = ["nsenter", f"--net=/proc/{self.pid}/ns/net"]
        asked = subprocess.run(
            [*within, sys.executable, "-c", _ASK, request], capture_output=True, text=True, timeout=PATIENCE
        )
        assert asked.returncode == 0, asked.stderr
        return Answer(*json.loads(asked.stdout))

    def execute(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in it, as `docker exec` does."""
        whole = [*self._runc, "exec", self.name, *command]
        return subprocess.run(whole, capture_output=True, text=True, timeout=PATIENCE)

    def kill(self, signal: str) -> int:
        """Sends a signal to its first process, waits for the end, and returns its status."""
        subprocess.run([*self._runc, "kill", self.name, signal], check=True, timeout=PATIENCE)
        return self._process.wait(PATIENCE)

    def remove(self) -> None:
        """Ends it, if it is still there."""
        if self._process.poll() is None:
            self.kill("KILL")
        assert self._process.stdout is not None
        self._process.stdout.close()


def _config(image: Image, folder: Path, user: str) -> dict[str, Any]:
    """What runc has for a start, made strict."""
    subprocess.run(["runc", "spec", "--bundle", str(folder)], check=True)
    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    uid, _, gid = user.partition(":")
    process = config["process"]
    process.update(terminal=False, user={"uid": int(uid), "gid": int(gid)}, noNewPrivileges=True)
    process["capabilities"] = {name: [] for name in process["capabilities"]}
    config["root"] = {"path": str(image.files), "readonly": True}
    return config
