"""Refusals because of what a request has in its body or its query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from ..contract.model import load
from ..world.journal import MASK, is_secret, masked
from .reason import Facts

Part = Literal["body", "query", "envelope", "json"]
LARGEST = 500
"""Characters of a value that are kept: a journal has ten thousand requests."""


def kept(value: Any) -> Any:
    """A value as it came, or the beginning of its text where that is long."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value)
    return value if len(text) <= LARGEST else f"{text[:LARGEST]}…"


class WrongContent(NamedTuple):
    """A field that the contract doesn't allow as it came, or a body that can't be read as what the call takes.

    `message` says what is wrong. `schema` is the field's schema, or None if the call does not have this field
    at this microversion.
    """

    message: str
    operation: str | None = None
    part: Part = "body"
    field: str = ""
    """The name of the field, ``metadata.tier`` for one inside; empty for the body as a whole."""
    value: Any = None
    """What was sent, no more than `kept` leaves of it."""
    sent: bool = True
    """False where the field is missing."""
    schema: Mapping[str, Any] | None = None
    kind: str = "contract"

    @property
    def _name(self) -> str:
        return self.field.partition(".")[0]

    @property
    def _secret(self) -> bool:
        return any(is_secret(name) for name in self.field.split("."))

    def facts(self) -> Facts:
        declared = self.schema or self._at_another_microversion() or {}
        schema = {key: value for key, value in (self.schema or {}).items() if not key.startswith("x-")}
        shown: Facts = {
            "part": self.part,
            "field": self.field or None,
            "sent": self.sent,
            "value": MASK if self._secret and self.value is not None else masked(self.value),
            "schema": schema or None,
            "since": declared.get("x-min-version"),
            "until": declared.get("x-max-version"),
            "message": "It is not allowed; what it was is a secret." if self._secret else self.message,
        }
        return shown

    def _at_another_microversion(self) -> Mapping[str, Any] | None:
        """What the contract says of a field that this microversion doesn't have."""
        contract = load()
        operation = contract.operations.get(self.operation or "")
        if operation is None or not self._name:
            return None
        request = operation.request.schema if operation.request is not None else {}
        schema = operation.query or {} if self.part == "query" else request
        declared = schema.get("properties", {}).get(self._name)
        return None if declared is None else contract.resolve(declared)

    def explain(self) -> list[str]:
        facts = self.facts()
        lines = [facts["message"].rstrip(".") + "."]
        if self._secret:  # the message of the answer may repeat it
            lines = [f"The value of {self.field} is not allowed; it is a secret, and not shown."]
        if facts["schema"]:
            lines.append(f"The schema of {self._name} is {json.dumps(facts['schema'])}.")
        if facts["since"]:
            lines.append(f"{self._name} exists since microversion {facts['since']}.")
        if facts["until"]:
            lines.append(f"{self._name} exists up to microversion {facts['until']}.")
        return lines
