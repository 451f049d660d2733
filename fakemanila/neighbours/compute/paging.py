"""How Nova cuts lists into pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from . import errors

if TYPE_CHECKING:
    from ...manila.context import Call

T = TypeVar("T", bound=Mapping[str, Any])

_MOST = 1000
_NUMBER = re.compile(r"[0-9]{1,18}")


def page(call: Call, found: Sequence[T]) -> Sequence[T]:
    """What comes after the query's ``marker``, no more than its ``limit``. Raises BadRequest for wrong ones."""
    query = call.http.query
    ids = [each["id"] for each in found]
    marker = query.get("marker")
    if marker is not None and marker not in ids:
        raise errors.BadRequest(f"marker [{marker}] not found")
    text = query.get("limit", str(_MOST))
    if not _NUMBER.fullmatch(text):
        raise errors.BadRequest(f"Invalid input for query parameters limit. Value: {text}.")
    begin = 0 if marker is None else ids.index(marker) + 1
    return found[begin : begin + min(int(text), _MOST)]
