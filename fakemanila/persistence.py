"""A server's worlds in a file: read at the start, written soon after each change and at the end."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

from . import state
from .worlds import Worlds

INTERVAL = 0.5
"""Seconds between two looks whether something has changed: a file is never more than a second old."""
VERSION = 1

LOGGER = logging.getLogger(__name__)


class StateFile:
    """Keeps the worlds of a server in one JSON document: ``{"version": 1, "worlds": {name: state}}``.

    The file is replaced as a whole, so that whoever reads it, at whatever moment the server died, reads a whole one.
    """

    def __init__(self, path: Path, worlds: Worlds) -> None:
        self._path = path
        self._worlds = worlds
        self._saved: dict[str, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fakemanila-state", daemon=True)

    def load(self) -> None:
        """Reads the file, if there is one. Raises ValueError that names the file and what is wrong with it."""
        if not self._path.exists():
            return
        try:
            doc = json.loads(self._path.read_text(encoding="utf-8"))
            if not isinstance(doc, dict) or doc.get("version") != VERSION or not isinstance(doc.get("worlds"), dict):
                raise ValueError(f"expected an object with version {VERSION} and worlds")
            for name, saved in doc["worlds"].items():
                state.load(self._worlds.get(name), saved)
        except ValueError as error:
            raise ValueError(f"{self._path}: {error}") from None

    def start(self) -> None:
        """Saves from now on, from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Saves for the last time."""
        self._stop.set()
        self._thread.join()
        self.save()

    def save(self) -> None:
        """Writes the file where something has changed since the last time. Raises OSError."""
        changes = {name: self._worlds.get(name).changes for name in self._worlds}
        if changes == self._saved:
            return
        doc: dict[str, Any] = {"version": VERSION, "worlds": {n: state.dump(self._worlds.get(n)) for n in changes}}
        descriptor, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                json.dump(doc, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        self._saved = changes

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self._try_to_save()

    def _try_to_save(self) -> None:
        try:
            self.save()
        except OSError:  # a full disk may have room again the next time
            LOGGER.exception("%s could not be written", self._path)
