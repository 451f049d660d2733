"""The worlds of a server in an SQLite database: what is in it, how it is written and read.

A person can look into it with ``sqlite3 FILE``, also while a server has it: ``SELECT name, status FROM shares``. There
is a view for each kind of record, over the table ``records``, in which each is a JSON object.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...files import FileProblem
from ...keystone.tables import State
from ..kinds import Kinds
from .changes import Changes, Entries, Key

HEADER = b"SQLite format 3\0"
"""How a file begins that is such a database."""
APPLICATION = 0x464B4D4E
"""By which ``file`` and this module know one of fakemanila's: FKMN."""
VERSION = 1
"""Of the tables. What they hold has a version for each world, that of its document."""
PATIENCE = 2.0
"""Seconds for which somebody who writes with ``sqlite3`` is waited for."""

_TABLES = """
CREATE TABLE worlds (
    name TEXT PRIMARY KEY, version TEXT, seed TEXT, random TEXT, clock TEXT, delays TEXT, faults TEXT
) WITHOUT ROWID;
CREATE TABLE records (
    world TEXT, kind TEXT, id TEXT, position INTEGER, record TEXT, PRIMARY KEY (world, kind, id)
) WITHOUT ROWID;
CREATE TABLE transitions (
    world TEXT, kind TEXT, id TEXT, position INTEGER, record TEXT, PRIMARY KEY (world, kind, id)
) WITHOUT ROWID;
CREATE TABLE identity (
    world TEXT, kind TEXT, id TEXT, position INTEGER, record TEXT, PRIMARY KEY (world, kind, id)
) WITHOUT ROWID;
"""
_LISTS = ("records", "transitions", "identity")
_REST = ("version", "seed", "random", "clock", "delays", "faults")


class Database:
    """An open database. Its methods raise FileProblem, which names the file."""

    def __init__(self, path: Path, kinds: Kinds, *, durable: bool = False) -> None:
        """Opens what is there, or makes it. `durable`: what was written outlives the machine, too.

        Whoever opens it has the file for itself: this is no way of sharing it.
        """
        self._path = path
        try:
            # The thread that looks for changes writes, at the end another one; each while no other does.
            self._connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._problem(error) from None
        try:
            self._prepare(kinds, durable)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, kinds: Kinds, durable: bool) -> None:
        try:
            application, version = (
                self._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
            )
            empty = not self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not empty and application != APPLICATION:
                raise FileProblem(self._path, "it is not the state of a server, but some other SQLite database")
            if not empty and version != VERSION:
                raise FileProblem(self._path, f"version: {version} is not {VERSION}, the one that this release reads")
            # Without it, writers would hold up a person who reads. Where there is no shared memory, it can't be had.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("PRAGMA journal_size_limit = 16777216")
            with _Transaction(self._connection):
                if empty:
                    self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
                    self._connection.execute(f"PRAGMA user_version = {VERSION}")
                    for statement in _TABLES.split(";"):
                        self._connection.execute(statement)
                self._make_views(kinds)
        except sqlite3.Error as error:
            raise self._problem(error) from None

    def _make_views(self, kinds: Kinds) -> None:
        """A view for each kind, with a column for each attribute that this release knows of."""
        for kind, declared in kinds.items():
            columns = "".join(
                f", json_extract(record, '$.{name}') AS {_quoted(name)}"
                for name in sorted(declared.row.attributes - {"id", "world", "record"})
            )
            self._connection.execute(f"DROP VIEW IF EXISTS {_quoted(kind)}")
            if kind not in _LISTS:
                self._connection.execute(
                    f"CREATE VIEW {_quoted(kind)} AS SELECT world, id{columns}, record FROM records"
                    f" WHERE kind = '{kind}' ORDER BY world, position"
                )

    def _problem(self, error: sqlite3.Error) -> FileProblem:
        if "not a database" in str(error):
            return FileProblem(self._path, "it is not the state of a server")
        return FileProblem(self._path, str(error))

    def close(self) -> None:
        """Puts everything into the one file, and leaves nothing beside it."""
        self._connection.close()

    # Writing

    def write(self, changes: Mapping[str, Changes], names: set[str]) -> None:
        """Carries out the changes of worlds, by their names, in one transaction; worlds not in `names` are gone."""
        try:
            with _Transaction(self._connection):
                there = {name for (name,) in self._connection.execute("SELECT name FROM worlds")}
                for name in there - names:
                    self._forget(name)
                for name, each in changes.items():
                    if each.whole:
                        self._forget(name)
                    self._write(name, each.entries)
        except sqlite3.Error as error:
            raise self._problem(error) from None

    def _forget(self, world: str) -> None:
        self._connection.execute("DELETE FROM worlds WHERE name = ?", (world,))
        for table in _LISTS:
            self._connection.execute(f"DELETE FROM {table} WHERE world = ?", (world,))

    def _write(self, world: str, entries: Entries) -> None:
        for table in _LISTS:
            mine = [(key, value) for key, value in entries.items() if key.table == table]
            self._connection.executemany(
                f"DELETE FROM {table} WHERE world = ? AND kind = ? AND id = ?",
                ((world, key.kind, key.id) for key, value in mine if value is None),
            )
            self._connection.executemany(
                f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?, ?)",
                (
                    (world, key.kind, key.id, value.position, value.json.decode())
                    for key, value in mine
                    if value is not None
                ),
            )
        self._connection.execute("INSERT OR IGNORE INTO worlds (name) VALUES (?)", (world,))
        for name in _REST:
            value = entries.get(Key("rest", "", name))
            if value is not None:
                self._connection.execute(f"UPDATE worlds SET {name} = ? WHERE name = ?", (value.json.decode(), world))

    # Reading

    def read(self) -> dict[str, dict[str, Any]]:
        """The documents of all worlds, by name."""
        try:
            rest = self._connection.execute(f"SELECT name, {', '.join(_REST)} FROM worlds").fetchall()
            return {name: self._read(name, dict(zip(_REST, values, strict=True))) for name, *values in rest}
        except sqlite3.Error as error:
            raise self._problem(error) from None

    def _read(self, world: str, rest: Mapping[str, str | None]) -> dict[str, Any]:
        records: dict[str, list[Any]] = {}
        identity = State().dump()
        for kind, _, record in self._rows("records", world):
            records.setdefault(kind, []).append(record)
        for kind, id, record in self._rows("identity", world):
            if isinstance(identity.setdefault(kind, []), dict):
                identity[kind][id] = record
            else:
                identity[kind].append(record)
        return {
            **{name: self._parse(text, f"worlds, {world}, {name}") for name, text in rest.items() if text is not None},
            "name": world,
            "records": records,
            "transitions": [record for _, _, record in self._rows("transitions", world)],
            "identity": identity,
        }

    def _rows(self, table: str, world: str) -> Iterator[tuple[str, str, Any]]:
        """What a table has of a world, in order: kind, id, and the parsed JSON."""
        rows = self._connection.execute(
            f"SELECT kind, id, record FROM {table} WHERE world = ? ORDER BY kind, position", (world,)
        )
        for kind, id, text in rows:
            yield kind, id, self._parse(text, f"{table}, {world}, {kind} {id}")

    def renumber(self) -> None:
        """Closes the gaps between positions: what is loaded is numbered from 1, and what is made later goes on."""
        try:
            with _Transaction(self._connection):
                for table in _LISTS:
                    self._renumber(table)
        except sqlite3.Error as error:
            raise self._problem(error) from None

    def _renumber(self, table: str) -> None:
        rows = self._connection.execute(f"SELECT world, kind, id, position FROM {table} ORDER BY world, kind, position")
        moved = []
        for _, group in itertools.groupby(rows, lambda row: row[:2]):
            moved += [(n, world, kind, id) for n, (world, kind, id, position) in enumerate(group, 1) if n != position]
        self._connection.executemany(f"UPDATE {table} SET position = ? WHERE world = ? AND kind = ? AND id = ?", moved)

    def _parse(self, text: Any, where: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, TypeError, RecursionError) as error:
            raise FileProblem(self._path, f"{where}: it is not valid JSON: {error}") from None


class _Transaction:
    """Everything inside of it or nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                self._connection.rollback()
                raise
        elif self._connection.in_transaction:
            self._connection.rollback()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
