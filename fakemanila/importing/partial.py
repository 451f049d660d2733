"""The answers that were read so far, in a file beside the output, so that an interrupted import goes on from there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import files

SECRETS = frozenset(("access_key", "password", "backend_details", "auth_key", "credentials"))
"""What no answer has any more once it was read."""


class Partial:
    """A file of one JSON document a line: whose cloud it is, then a request and its answer in each."""

    def __init__(self, output: Path, of: Mapping[str, Any]) -> None:
        """Opens what is there of the same cloud and user, or begins. Raises ValueError for what is of another one."""
        self.path = output.with_name(f"{output.name}.partial")
        self._answers: dict[str, Any] = {}
        self.resumed = 0
        """Answers that were there already."""
        if os.path.lexists(self.path):
            self._read(of)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(descriptor, "w", encoding="ascii")
        self._write(dict(of))
        for request, answer in self._answers.items():
            self._write([request, answer])
        self.resumed = len(self._answers)

    def _read(self, of: Mapping[str, Any]) -> None:
        first, *lines = files.read_text(self.path).splitlines() or [""]
        try:
            mine = json.loads(first) == dict(of)
        except ValueError:
            mine = False
        if not mine:
            raise ValueError(
                f"{self.path} is of another cloud, user or microversion: remove it, or give another --output"
            )
        for line in lines:
            try:
                request, answer = json.loads(line)
            except ValueError:  # the last one, which was being written
                break
            self._answers[request] = answer

    def get(self, request: str) -> Any:
        """The answer to a request; None where it wasn't asked."""
        return self._answers.get(request)

    def keep(self, request: str, answer: Any) -> None:
        """Keeps the answer to a request, which has to be one without secrets."""
        self._write([request, answer])

    def _write(self, document: Any) -> None:
        self._file.write(json.dumps(document) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Leaves the file where it is."""
        self._file.close()

    def remove(self) -> None:
        """It isn't needed any more."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def without_secrets(value: Any) -> Any:
    """The same, with null in place of secrets."""
    if isinstance(value, Mapping):
        return {key: None if key in SECRETS else without_secrets(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_secrets(each) for each in value]
    return value
