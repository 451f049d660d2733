"""Hides whose cloud it was: what names something becomes another name, the same one everywhere.

What stays is the shape: how many of what there are, how they belong together, statuses, sizes, protocols, times, and of
which parts hosts and paths are made. What isn't known to say nothing of anybody is replaced.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from collections.abc import Mapping
from typing import Any

from ..manila.common.extra_specs import TENANT_VISIBLE

_KEPT = frozenset(
    (
        "access_level",
        "access_type",
        "action_id",
        "backend",
        "binary",
        "consistent_snapshot_support",
        "created_at",
        "detail_id",
        "driver",
        "expires_at",
        "lock_context",
        "message_level",
        "network_type",
        "progress",
        "protocols",
        "replica_state",
        "replication_type",
        "resource_action",
        "resource_type",
        "restore_progress",
        "scheduled_to_be_deleted_at",
        "share_proto",
        "state",
        "status",
        "storage_protocol",
        "task_state",
        "topic",
        "type",
        "updated_at",
        "zone_type",
    )
)
"""Attributes whose texts are words of Manila's."""
_KEYS_KEPT = frozenset(("extra_specs", "required_extra_specs", "group_specs", "capabilities", "specs", "limits"))
"""Mappings whose keys are words of Manila's and of its drivers'."""
_CODES = re.compile(r"(?i)true|false|none|\d+(\.\d+)?|\d+%|<is>.*|nfs|cifs|cephfs|readable|writable|dr|host|pool")
_UUID = r"[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}"
_PARTS = re.compile(rf"({_UUID}|(?<![\w.])[0-9]+(?:\.[0-9]+){{3}}(?:/[0-9]+)?(?![\w.])|[@#:/,\s\[\]]+)", re.IGNORECASE)
_ID = re.compile(rf"{_UUID}|[0-9a-f]{{32}}", re.IGNORECASE)
_SEPARATORS = re.compile(r"[@#:/,\s\[\]._-]+|<[a-z]+>|s?[=!<>]=?")
"""What stands between words, operators of extra specs among them."""
_OF_A_LOCK = re.compile(r"(Locked by access lock: )(.*)")
"""Why a share is locked: that one of its access rules is."""
_WHOLE = frozenset(("availability_zone", "zone"))
_FREE = frozenset(("description", "lock_reason", "disabled_reason"))
_PRIVATE = 10
"""The first octet of the first addresses; those that began otherwise get the next ones."""


class Anonymous:
    """One replacement for each text. Which it is depends on a key that nobody keeps."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)
        self._words: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._nets: dict[tuple[int, int], int] = {}

    def scenario(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A scenario as `document` writes them."""
        found = dict(document)
        for key, word in (("projects", "project"), ("users", "user")):
            found[key] = {self.word(name, word): self._person(each) for name, each in document.get(key, {}).items()}
        for key in ("default_share_type", "default_share_group_type"):
            if key in found:
                found[key] = self.word(found[key], key.removeprefix("default_"))
        found["quotas"] = [
            {key: value if key == "limits" else self.text(value, key) for key, value in each.items()}
            for each in document.get("quotas", ())
        ]
        found["records"] = {
            kind: [self._record(each, kind) for each in records]
            for kind, records in document.get("records", {}).items()
        }
        return found

    def _person(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {
            key: self.text(value, key) if isinstance(value, str) else value for key, value in fields.items()
        }
        if "roles" in fields:
            found["roles"] = {self.text(project, "project"): roles for project, roles in fields["roles"].items()}
        return found

    def _record(self, record: Mapping[str, Any], kind: str) -> dict[str, Any]:
        word = re.sub(r"s$", "", kind)
        found = {
            key: self.word(value, word) if key == "name" and value else self._value(value, key)
            for key, value in record.items()
        }
        if kind == "services":
            found["id"] = record["id"]
        return found

    def _value(self, value: Any, key: str) -> Any:
        if isinstance(value, str):
            return value if key in _KEPT else self.text(value, key)
        if isinstance(value, list):
            return [self._value(each, key) for each in value]
        if isinstance(value, Mapping):
            if key == "metadata":
                return {self._metadata_key(name): self._noted(name, each) for name, each in value.items()}
            if key in _KEYS_KEPT:
                return {name: self._spec(name, each) for name, each in value.items()}
            return {name: self._value(each, name) for name, each in value.items()}
        return value

    def _noted(self, name: str, value: str) -> str:
        """A value of metadata. Of export locations one is Manila's own."""
        return value if name == "preferred" else self.text(value, "value")

    def _metadata_key(self, name: str) -> str:
        return name if name == "preferred" else self.word(name, "key")

    def _spec(self, name: str, value: Any) -> Any:
        """A capability, or what a type asks for; the same text becomes the same in both, whatever its case."""
        if isinstance(value, str):
            return (
                value
                if name in TENANT_VISIBLE - {"availability_zones"} or _CODES.fullmatch(value)
                else self.text(value, name)
            )
        if isinstance(value, list):
            return [self._spec(name, each) for each in value]
        return {key: self._spec(key, each) for key, each in value.items()} if isinstance(value, Mapping) else value

    def text(self, text: str, key: str) -> str:
        """Another text of the same make: ids, addresses and the words between `@`, `#`, `:` and `/` for themselves."""
        if _ID.fullmatch(text):
            return self._id(text)
        if text in ("", "0.0.0.0/0", "::/0"):
            return text
        address = self._address(text)
        if address is not None:
            return address
        of_lock = _OF_A_LOCK.fullmatch(text)
        if of_lock:
            return of_lock[1] + self.text(of_lock[2], key)
        word = "text" if key in _FREE else key.removesuffix("_id")
        if key in _FREE or key in _WHOLE:
            return self.word(text, word)
        parts = _PARTS.split(text)
        return "".join(self._part(part, word) for part in parts)

    def _part(self, part: str, word: str) -> str:
        if not part or _SEPARATORS.fullmatch(part):
            return part
        if _ID.fullmatch(part):
            return self._id(part)
        return self._address(part) or self.word(part, word)

    def word(self, text: str, kind: str) -> str:
        """``share-7`` for a text; texts that Manila compares without regard to case are the same."""
        if _ID.fullmatch(text):
            return self._id(text)
        folded = text.casefold()
        if folded not in self._words:
            kind = re.sub(r"[^a-z]+", "-", kind.lower()).strip("-") or "text"
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._words[folded] = f"{kind}-{self._counts[kind]}"
        return self._words[folded]

    def _id(self, text: str) -> str:
        """Another id, written as this one is."""
        bare = re.sub(r"[-_]", "", text).lower()
        other = hashlib.blake2b(bare.encode(), key=self._key, digest_size=16).hexdigest()
        found = iter(other)
        return "".join(each if each in "-_" else next(found) for each in text)

    def _address(self, text: str) -> str | None:
        """Another address, or network; None for what is neither. Addresses of one network stay in one network."""
        try:
            network = ipaddress.ip_interface(text)
        except ValueError:
            return None
        bits = network.max_prefixlen
        first = 8 if network.version == 4 else 16
        packed = int(network.ip)
        head = packed >> (bits - first)
        base = _PRIVATE if network.version == 4 else 0xFD00
        head = self._nets.setdefault((network.version, head), (base + len(self._nets)) % (1 << first))
        kept, tail = bits - network.network.prefixlen if "/" in text else 0, packed & ((1 << (bits - first)) - 1)
        changed = self._scrambled(tail, bits - first, kept, f"{network.version}/{head}")
        address = (ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address)(
            (head << (bits - first)) | changed
        )
        return f"{address}/{network.network.prefixlen}" if "/" in text else str(address)

    def _scrambled(self, value: int, bits: int, kept: int, salt: str) -> int:
        """Flips each bit by what stands before it, so that what begins alike goes on beginning alike."""
        found = 0
        for place in range(bits - 1, -1, -1):
            before = f"{salt}/{bits - place}/{value >> (place + 1)}"
            flip = hashlib.blake2b(before.encode(), key=self._key, digest_size=1).digest()[0] & 1
            bit = (value >> place) & 1
            found = (found << 1) | (bit if place < kept else bit ^ flip)
        return found
