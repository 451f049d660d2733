"""A server's worlds in a file: read at the start, and soon after each change written, as far as they have changed."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from ... import files
from ...all_resources import KINDS
from ...files import FileProblem
from ..clock import format_time, wall_clock
from ..worlds import Worlds
from . import document as state
from .changes import Changes, Watch
from .database import HEADER, Database

try:
    import fcntl
except ImportError:  # Windows: nothing keeps a second server away there
    fcntl = None  # type: ignore[assignment]

INTERVAL = 0.2
"""Seconds between two looks whether something has changed. What has is in the file after that and the time of two
writes, a few milliseconds each."""
RETRY = 1.0
"""Seconds between two attempts while it can't be written."""
OLD_VERSION = 1
"""Of the JSON document in which 0.1.0 kept its worlds."""

LOGGER = logging.getLogger(__name__)


class StateFile:
    """Keeps the worlds of a server in a database, to which only what has changed is written.

    A transaction holds all that has changed until one moment, so that whoever reads it after the server has died, at
    whatever moment, finds the worlds as they were together. The file stays locked while the server runs: a second one
    would write over what the first has saved.
    """

    def __init__(self, path: Path, worlds: Worlds, *, always: bool = False) -> None:
        """`always`: who changes something waits, by calling `flush`, until the disk has it."""
        self.always = always
        self._path = path
        self._worlds = worlds
        self._database: Database | None = None
        self._watches: dict[str, Watch] = {}
        self._unwritten: dict[str, Changes] = {}
        self._names: set[str] = set()
        """The worlds that the file has."""
        self._made = False
        """There was no such file before."""
        self._lock: int | None = None
        """A descriptor of the file, which holds its lock. Closing any descriptor of it takes away SQLite's own locks,
        so this one stays open until the database is closed."""
        self._saved: str | None = None
        self._error: str | None = None
        self._saving = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fakemanila-state", daemon=True)

    def status(self) -> dict[str, str | None]:
        """``{"file": …, "saved": …, "error": …}``: when it was last written (UTC), and why it can't be now, if so."""
        return {"file": str(self._path), "saved": self._saved, "error": self._error}

    def load(self) -> None:
        """Takes the file for this server alone and reads it; one that isn't there, or is empty, is a new one.

        Raises FileProblem, or another ValueError that names the file, and what is wrong with it.
        """
        try:
            files.sweep(self._path)
            content = self._claim()
            if content and content != HEADER:
                self._load_json()
            self._open()
            if content == HEADER:
                self._load_database()
        except BaseException:
            self._close()
            raise

    def _load_database(self) -> None:
        assert self._database is not None
        docs = self._database.read()
        self._database.renumber()
        for name, doc in docs.items():
            self._load_world(name, doc)
            self._names.add(name)
            if doc["version"] == state.VERSION:
                self._watches[name] = watch = Watch(self._worlds.get(name))
                watch.adopt()

    def _load_json(self) -> None:
        """Reads what 0.1.0 wrote, and puts a database in its place."""
        for name, doc in _parse(files.read_text(self._path, files.MAX_STATE), self._path).items():
            self._load_world(name, doc)
        with tempfile.TemporaryDirectory() as folder:
            aside = Path(folder, "state")
            database = Database(aside, KINDS)
            try:
                worlds = {name: self._worlds.get(name) for name in self._worlds}
                database.write({name: Watch(world).take() for name, world in worlds.items()}, set(worlds))
            finally:
                database.close()
            files.write(self._path, aside.read_bytes(), self._take)

    def _load_world(self, name: str, doc: Any) -> None:
        try:
            state.load(self._worlds.get(name), doc)
        except ValueError as error:
            raise ValueError(f"{self._path}: {error}") from None

    def start(self) -> None:
        """Saves now, so that what stands in the way is known at once, and from now on, from a thread of its own.

        Raises FileProblem.
        """
        try:
            self.save()
        except FileProblem:
            self._close()
            if self._made:
                self._remove("", *_BESIDE)
            raise
        self._thread.start()

    def stop(self) -> None:
        """Saves for the last time. Raises FileProblem."""
        self._stop.set()
        self._thread.join()
        try:
            self.save()
        finally:
            self._close()

    def save(self) -> None:
        """Writes what has changed since the last time. Raises FileProblem, and tries the same again the next time."""
        with self._saving:
            self._save()

    def _save(self) -> None:
        worlds = {name: self._worlds.get(name) for name in self._worlds}
        self._see_to_the_file()
        for name, world in worlds.items():
            watch = self._watches.get(name)
            if watch is None or watch.world is not world:
                watch = self._watches[name] = Watch(world)
                self._unwritten.pop(name, None)
            if watch.seen != world.changes:
                self._unwritten.setdefault(name, Changes()).add(watch.take())
        for name in self._watches.keys() - worlds.keys():
            del self._watches[name]
            self._unwritten.pop(name, None)
        if self._unwritten or self._names != worlds.keys():
            assert self._database is not None
            self._database.write(self._unwritten, set(worlds))
            self._unwritten, self._names = {}, set(worlds)
            self._saved = format_time(wall_clock())

    # The file

    def _see_to_the_file(self) -> None:
        """Makes the file again where somebody has removed it. Raises FileProblem where something else is there now."""
        if self._database is not None and self._is_held():
            return
        self._close()
        if self._claim():
            self._hold(None)
            raise FileProblem(self._path, "another file was put in its place")
        self._open()

    def _open(self) -> None:
        self._database = Database(self._path, KINDS, durable=self.always)
        self._watches, self._unwritten, self._names = {}, {}, set()

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
        self._hold(None)

    def _remove(self, *suffixes: str) -> None:
        for suffix in suffixes:
            with suppress(OSError):
                os.unlink(f"{os.path.realpath(self._path)}{suffix}")

    # The lock

    def _claim(self) -> bytes:
        """Locks the file that is there, or a new one where none is; returns how it begins.

        Raises FileProblem for one that can't be read and written, and where another server has it.
        """
        self._made = not os.path.exists(self._path)
        if not self._made:
            files.check_readable(self._path)  # before it is opened: that does something to some devices
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            raise FileProblem(self._path, error) from None
        try:
            self._take(descriptor)
            content = os.read(descriptor, len(HEADER))
        finally:
            os.close(descriptor)
        if not content:
            self._remove(*_BESIDE)  # of another one that was there; SQLite would take them for this one's
        return content

    def _take(self, descriptor: int) -> None:
        """Locks a file until the next one is taken. Raises FileProblem where another server has it."""
        mine = os.dup(descriptor)
        if fcntl is not None:
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
        with suppress(OSError):
            return self._lock is not None and os.path.samestat(os.stat(self._path), os.fstat(self._lock))
        return False

    # While it serves

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL if self._error is None else RETRY):
            self.flush()

    def flush(self) -> None:
        """Saves. Says once that the file can't be written, and once that it can again: a full disk may have room some
        day."""
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


_BESIDE = ("-wal", "-shm")
"""Where SQLite has what isn't in the file yet. They go when it is closed, and after a crash when it is closed next."""


def _parse(text: str, path: Path) -> dict[str, Any]:
    """The worlds in a state of 0.1.0, by name. Raises FileProblem for what isn't one."""
    try:
        doc = json.loads(text)
    except RecursionError:
        raise FileProblem(path, "it is nested too deeply") from None
    except ValueError as error:
        raise FileProblem(path, f"it is neither a database nor valid JSON: {error}") from None
    if isinstance(doc, dict) and "worlds" not in doc and "records" in doc:
        raise FileProblem(
            path, "this is the state of one world; load it into a running server with: fakemanila state load"
        )
    if not isinstance(doc, dict) or not isinstance(doc.get("worlds"), dict):
        raise FileProblem(path, "it is not the state of a server")
    if doc.get("version") != OLD_VERSION:
        raise FileProblem(
            path,
            f"version: {doc.get('version')!r} is not {OLD_VERSION}, the one of such a file that this release reads",
        )
    worlds: dict[str, Any] = doc["worlds"]
    return worlds
