"""Hooks of a scenario: commands and webhooks for what happens in a world.

hooks:
  - operation: shares.create
    run: [./export.sh]
  - operation: "snapshots.*"
    phase: begin
    post: http://127.0.0.1:9000/snapshots
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..contract.documents import DocumentError, inside
from ..http.access_log import RequestLog
from ..world.durations import parse_duration
from ..world.hooks import END, Facts, Hook, check

if TYPE_CHECKING:
    from ..world.world import World

LOGGER = logging.getLogger(__name__)

TIMEOUT = 10.0
"""Seconds that a command or a webhook may take unless the hook says otherwise: the request that it is about waits."""


def parse(spec: Mapping[str, Any], log: RequestLog) -> Hook:
    """The hook that an entry of ``hooks`` describes. Raises DocumentError."""
    try:
        timeout = TIMEOUT if "timeout" not in spec else parse_duration(spec["timeout"], "timeout").total_seconds()
    except ValueError as error:
        raise DocumentError(("timeout",), str(error).removeprefix("timeout: ")) from None
    if ("run" in spec) == ("post" in spec):
        raise DocumentError((), "expected either run or post")
    operation, phase = spec["operation"], spec.get("phase", END)
    try:
        check(operation, phase)
    except ValueError as error:
        field, _, problem = str(error).partition(": ")
        raise DocumentError((field,), problem) from None
    call = Run(spec["run"], timeout, log) if "run" in spec else Post(spec["post"], timeout, log)
    return Hook(operation, phase, call)


def add(world: World, hooks: Sequence[Mapping[str, Any]]) -> None:
    """Adds a scenario's. Raises DocumentError where the server has not been told to do as scenarios say."""
    if hooks and not world.settings.hooks:
        raise DocumentError((), "this server does not run what a scenario says; start it with --hooks if it should")
    for index, spec in enumerate(hooks):
        with inside(index):
            world.hooks.add(parse(spec, world.log))


class Run:
    """Runs a command, without a shell. It reads what happened as JSON, and has the main facts in its environment."""

    def __init__(self, command: Sequence[str], timeout: float, log: RequestLog) -> None:
        self._command, self._timeout, self._log = list(command), timeout, log

    def __call__(self, facts: Facts) -> None:
        import subprocess  # few servers run anything

        environment = {**os.environ, **{f"FAKEMANILA_{name}": value for name, value in _main(facts).items()}}
        try:
            done = subprocess.run(  # whoever started the server has allowed it
                self._command,
                input=json.dumps(facts).encode(),
                env=environment,
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            self._log.warning(LOGGER, "the hook %s failed: %s", self._command[0], error)
            return
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            self._log.warning(
                LOGGER, "the hook %s ended with exit status %d: %s", self._command[0], done.returncode, said
            )


def _main(facts: Facts) -> dict[str, str]:
    about = facts.get("request", facts)
    found = {
        "WORLD": facts["world"],
        "OPERATION": about["operation"],
        "PHASE": facts["phase"],
        "STATUS": about.get("status"),
        "RESOURCE_TYPE": about.get("resource_type"),
        "RESOURCE_ID": about.get("resource_id"),
        "REQUEST_ID": about.get("id") if "request" in facts else about.get("request_id"),
    }
    return {name: str(value) for name, value in found.items() if value is not None}


class Post:
    """Posts what happened, as JSON, to an address."""

    def __init__(self, url: str, timeout: float, log: RequestLog) -> None:
        """Raises DocumentError for what is not an address."""
        from ..control.client import HttpTransport

        try:
            self._send = HttpTransport(url, timeout=timeout)
        except ValueError as error:
            raise DocumentError(("post",), str(error).removeprefix("url: ")) from None
        self._url, self._log = url, log

    def __call__(self, facts: Facts) -> None:
        body = json.dumps(facts).encode()
        try:
            status, _ = self._send("POST", "", {"Content-Type": "application/json"}, body)
        except OSError as error:
            self._log.warning(LOGGER, "the hook %s failed: %s", self._url, error)
            return
        if not 200 <= status < 300:
            self._log.warning(LOGGER, "the hook %s answered %d", self._url, status)
