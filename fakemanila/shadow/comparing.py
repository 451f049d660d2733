"""How the cloud's answer and the one here differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeGuard
from urllib.parse import parse_qs, urlsplit

from ..compare.histories.comparing import ID, RACY, Answer, compare
from ..compare.shape import Normaliser
from .exchange import Asked
from .ids import Ids

UNKNOWABLE = (*RACY, "auth_key", "access_key", "password", "availability_zone", "backend_details", "timestamp")
"""What a scheduler, a backend or the time decides, and what is secret."""


_MADE_ALONG = {
    "share_instances": "share_id",
    "snapshot_instances": "snapshot_id",
    "share_replicas": "share_id",
    "share_servers": "share_network_id",
    "shares": "share_group_id",
    "resource_locks": "resource_id",
    "messages": "resource_id",
}
"""Lists of what Manila also makes by itself, so that no answer has told its id, and the field that says for what."""
_REFERENCES = frozenset(
    (
        *("share_id", "snapshot_id", "share_type", "share_types", "volume_type", "new_share_type_id", "access_id"),
        *("share_network_id", "new_share_network_id", "share_server_id", "resource_id"),
        *("share_group_id", "share_group_type_id", "source_share_group_snapshot_id"),
        *("security_service_id", "new_service_id", "current_service_id"),
    )
)
"""Fields of requests that name something of Manila's."""


class Compared(NamedTuple):
    """Both answers as they are compared, and how they differ, a line each."""

    there: dict[str, Any]
    here: dict[str, Any]
    differences: list[str]
    strangers: int
    """How many records the cloud has shown that came around this server."""


def compare_answers(asked: Asked, there: Answer, here: Answer, ids: Ids, url: str) -> Compared:
    """Compares codes, headers, keys and values; ids by what they stand for, lists without what others have made."""
    document, strangers = without_strangers(asked, there.document, ids)
    body = there.content if document is None else json.dumps(document).encode()
    racy = (*UNKNOWABLE, "count") if strangers else UNKNOWABLE
    names = {url: "{url}", url.partition("://")[2]: "{netloc}"}
    normaliser = Normaliser(names, racy=racy, keep_ids=True)
    one = normaliser.answer(there.status, there.headers, body)
    other = normaliser.answer(here.status, here.headers, here.content)
    found = compare(one, other, ids, unordered=True)
    return Compared(one, other, found or list(_order(asked, one["body"], other["body"])), strangers)


def _order(asked: Asked, there: Any, here: Any) -> Iterator[str]:
    """How two lists that have the same in them are sorted otherwise, by what they are said to be sorted by."""
    for name in parse_qs(urlsplit(asked.target).query).get("sort_key", ()):
        for key, value in there.items() if isinstance(there, dict) else ():
            if isinstance(value, list):
                orders = [[record.get(name) for record in records({key: each})] for each in (value, here[key])]
                if orders[0] != orders[1] and not any(map(ID.search, filter(_is_text, orders[0]))):
                    yield f"body.{key}: expected the order of {name} {orders[0]}, got {orders[1]}"


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str)


def is_about_strangers(asked: Asked, ids: Ids) -> bool:
    """Whether a request names something that nobody here knows of: it was made around this server."""
    named = [*ID.findall(asked.path), *filter(ID.fullmatch, _references(asked.document))]
    return not all(map(ids.knows, named))


def _references(document: Any) -> Iterator[str]:
    """The ids of Manila's things that a body names."""
    for content in document.values() if isinstance(document, dict) else ():
        for key, value in content.items() if isinstance(content, dict) else ():
            if key in _REFERENCES:
                yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def without_strangers(asked: Asked, document: Any, ids: Ids) -> tuple[Any, int]:
    """A list without the records that came around this server, and how many these were."""
    if not asked.reads or not isinstance(document, dict) or any(map(ids.knows, ID.findall(asked.path))):
        return document, 0
    kept: dict[str, Any] = {}
    strangers = 0
    for key, value in document.items():
        kept[key] = value
        if isinstance(value, list):
            kept[key] = [each for each in value if not _is_stranger(key, each, ids)]
            strangers += len(value) - len(kept[key])
    return kept, strangers


def _is_stranger(key: str, record: Any, ids: Ids) -> bool:
    id = record.get("id") if isinstance(record, dict) else None
    if not isinstance(id, str) or not ID.fullmatch(id) or ids.knows(id):
        return False
    return not ids.knows(str(record.get(_MADE_ALONG.get(key, ""))))


def records(document: Any) -> Iterator[dict[str, Any]]:
    """The records of an answer: that under its key, or those of its list."""
    for value in document.values() if isinstance(document, dict) else ():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and isinstance(each.get("id"), str):
                yield each
