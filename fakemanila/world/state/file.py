"""A server's worlds in a file: read at the start, written soon after each change and at the end."""

from __future__ import annotations

import json
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from ... import files
from ...files import FileProblem
from ...http.encoding import encode
from ..clock import format_time, wall_clock
from ..world import World
from ..worlds import Worlds
from . import document as state

try:
    import fcntl
except ImportError:  # Windows: nothing keeps a second server away there
    fcntl = None  # type: ignore[assignment]

INTERVAL = 0.25
"""Seconds between two looks whether something has changed. A change is on the disk after that and the time of two
writes, which for a few hundred shares is a third of a second."""
RETRY = 1.0
"""Seconds between two attempts while it can't be written."""
VERSION = 1

LOGGER = logging.getLogger(__name__)


class StateFile:
    """Keeps the worlds of a server in one JSON document: ``{"version": 1, "worlds": {name: state}}``.

    The file is replaced as a whole, so that whoever reads it, at whatever moment the server died, reads a whole one.
    It stays locked while the server runs: a second one would write over what the first has saved.
    """

    def __init__(self, path: Path, worlds: Worlds) -> None:
        self._path = path
        self._worlds = worlds
        self._written: dict[str, tuple[World, int]] = {}
        """Which worlds the file has, and how often each had changed."""
        self._claimed = False
        self._made = False
        """There was no such file before."""
        self._lock: int | None = None
        """The descriptor of the file, which holds its lock."""
        self._saved: str | None = None
        self._error: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fakemanila-state", daemon=True)

    def status(self) -> dict[str, str | None]:
        """``{"file": …, "saved": …, "error": …}``: when it was last written (UTC), and why it can't be now, if so."""
        return {"file": str(self._path), "saved": self._saved, "error": self._error}

    def load(self) -> None:
        """Takes the file for this server alone and reads it; one that isn't there, or is empty, is a new one.

        Raises FileProblem, or another ValueError that names the file, and what is wrong with it.
        """
        self._claim()
        self._claimed = True
        try:
            self._load()
        except ValueError:
            self._hold(None)
            raise

    def _load(self) -> None:
        files.sweep(self._path)
        text = files.read_text(self._path, files.MAX_STATE)
        if not text:
            return
        try:
            doc = _parse(text)
            for name, saved in doc["worlds"].items():
                state.load(self._worlds.get(name), saved)
        except ValueError as error:
            raise ValueError(f"{self._path}: {error}") from None

    def start(self) -> None:
        """Saves now, so that what stands in the way is known at once, and from now on, from a thread of its own.

        Raises FileProblem.
        """
        try:
            self.save()
        except FileProblem:
            self._hold(None)
            if self._made:
                with suppress(OSError):
                    os.unlink(self._path)
            raise
        self._thread.start()

    def stop(self) -> None:
        """Saves for the last time. Raises FileProblem."""
        self._stop.set()
        self._thread.join()
        try:
            self.save()
        finally:
            self._hold(None)

    def save(self) -> None:
        """Writes the file where something has changed since the last time. Raises FileProblem."""
        worlds = [(name, self._worlds.get(name)) for name in self._worlds]
        changes = {name: (world, world.changes) for name, world in worlds}
        if changes == self._written:
            return
        if self._claimed:
            self._claim(make=False)
        # Only the copying of a world holds its lock; what costs more comes after.
        parts = [b"%s:%s" % (json.dumps(name).encode(), encode(state.dump(world))) for name, world in worlds]
        content = b'{"version":%d,"worlds":{%s}}\n' % (VERSION, b",".join(parts))
        files.write(self._path, content, self._take if self._claimed else None)
        self._written = changes
        self._saved = format_time(wall_clock())

    # The lock

    def _claim(self, *, make: bool = True) -> None:
        """Locks the file that is there, or a new one where none is. Raises FileProblem where another server has it."""
        if self._lock is not None and self._is_held():
            return
        there = os.path.exists(self._path)
        if there:
            files.check_readable(self._path)  # before it is opened: that does something to some devices
        elif not make:
            return
        self._made = not there
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise FileProblem(self._path, error) from None
        try:
            self._take(descriptor)
        finally:
            os.close(descriptor)
        if not self._is_held():  # its owner has replaced it just now
            self._hold(None)
            raise FileProblem(self._path, "another server keeps its worlds there")

    def _take(self, descriptor: int) -> None:
        """Locks a file until the next one is taken. Raises FileProblem where another server has it."""
        if fcntl is None:
            return
        mine = os.dup(descriptor)
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(mine)
            raise FileProblem(self._path, "another server keeps its worlds there") from None
        except OSError:  # a file system without locks
            pass
        self._hold(mine)

    def _hold(self, descriptor: int | None) -> None:
        if self._lock is not None:
            os.close(self._lock)
        self._lock = descriptor

    def _is_held(self) -> bool:
        """Whether the file of that name is the one that is locked, and not one that was put in its place."""
        if fcntl is None:
            return True
        with suppress(OSError):
            return self._lock is not None and os.path.samestat(os.stat(self._path), os.fstat(self._lock))
        return False

    # While it serves

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL if self._error is None else RETRY):
            self._try_to_save()

    def _try_to_save(self) -> None:
        """Says once that the file can't be written, and once that it can again: a full disk may have room some day."""
        if not os.path.exists(self._path):  # somebody has removed it
            self._written = {}
        try:
            self.save()
        except Exception as error:  # also of a bug of ours: to stop trying would lose more
            problem = str(error) if isinstance(error, FileProblem) else f"{self._path}: {error!r}"
            if self._error is None:
                LOGGER.warning("fakemanila: %s; it is tried again until it can be written", problem)
            self._error = problem.removeprefix(f"{self._path}: ")
            return
        if self._error is not None:
            self._error = None
            LOGGER.warning("fakemanila: %s: it can be written again", self._path)


def _parse(text: str) -> dict[str, Any]:
    """Raises ValueError for what is not the state of a server."""
    try:
        doc = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"it is not valid JSON: {error}") from None
    if isinstance(doc, dict) and "worlds" not in doc and "records" in doc:
        raise ValueError("this is the state of one world; load it into a running server with: fakemanila state load")
    if not isinstance(doc, dict) or not isinstance(doc.get("worlds"), dict):
        raise ValueError(f"it is not the state of a server: expected an object with version {VERSION} and worlds")
    if doc.get("version") != VERSION:
        raise ValueError(f"version: {doc.get('version')!r} is not {VERSION}, the one that this release reads")
    return doc
