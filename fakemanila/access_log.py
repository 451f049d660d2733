"""One line of log for each request of a stand-alone server."""

from __future__ import annotations

import json
import logging
from typing import Any

from .journal import Entry

LOGGER = logging.getLogger("fakemanila.requests")


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = record.__dict__["entry"]
        warnings = "".join(f" warning={warning!r}" for warning in entry["contract_warnings"])
        return (
            f"{entry['time']} {entry['world']} {entry['method']} {entry['path']} {entry['status']} "
            f"operation={entry['operation'] or '-'} project={entry['project_id'] or '-'} "
            f"version={entry['microversion'] or '-'}{warnings}"
        )


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(record.__dict__["entry"])


def configure(format: str) -> None:
    """Sends the request log to standard error, as ``text`` or ``json``."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if format == "json" else _Text())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def write(world: str, entry: Entry) -> None:
    """Logs a journal entry where anyone listens."""
    if LOGGER.isEnabledFor(logging.INFO):
        LOGGER.info("%s", entry.path, extra={"entry": {"world": world, **entry.summary()}})
