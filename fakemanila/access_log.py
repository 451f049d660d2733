"""One line of log for each request of a stand-alone server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from .journal import Entry

_Format = Callable[[str, Entry], str]


def _text(world: str, entry: Entry) -> str:
    warnings = "".join(f" warning={warning!r}" for warning in entry.contract_warnings)
    return (
        f"{entry.time} {world} {entry.method} {entry.path} {entry.status} operation={entry.operation or '-'} "
        f"project={entry.project_id or '-'} version={entry.version or '-'}{warnings}"
    )


def _json(world: str, entry: Entry) -> str:
    return json.dumps({"world": world, **entry.summary()})


_format: _Format | None = None


def configure(format: str) -> None:
    """Sends the request log to standard error, as ``text`` or ``json``; before that there is none."""
    global _format
    _format = _json if format == "json" else _text


def write(world: str, entry: Entry) -> None:
    """Logs a journal entry where anyone listens.

    Not by `logging`: it finds out for each line who writes it, from which process and thread, and nobody asks.
    """
    if _format is not None:
        sys.stderr.write(f"{_format(world, entry)}\n")
        sys.stderr.flush()
