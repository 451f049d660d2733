"""Extra specs of share types: which are standardised, what values they may have, how they are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...text.booleans import strict_bool
from .. import errors

if TYPE_CHECKING:
    from ...world.rows import Record

REQUIRED = ("driver_handles_share_servers",)
BOOLEAN = (
    "snapshot_support",
    "create_share_from_snapshot_support",
    "revert_to_snapshot_support",
    "mount_snapshot_support",
    "snapshot_inherit_share_access_support",
)
"""Capabilities of the shares of a type; a share has each as an attribute of the same name."""
MIN_SIZE = "provisioning:min_share_size"
MAX_SIZE = "provisioning:max_share_size"
MAX_EXTENDED_SIZE = "provisioning:max_share_extend_size"
"""Up to where those may extend a share who aren't bound to `MAX_SIZE`."""
_BOUNDS = {
    MIN_SIZE: "less than the minimum required size",
    MAX_SIZE: "greater than the maximum allowable size",
    MAX_EXTENDED_SIZE: "greater than the maximum allowable extend size",
}
_CHOICES = {
    "replication_type": ("writable", "readable", "dr"),
    "encryption_support": ("share", "share_server"),
}
_TEXTS = ("provisioning:mount_point_prefix", "default_qos_type")
TENANT_VISIBLE = frozenset(
    (*REQUIRED, *BOOLEAN, "mount_point_name_support", "availability_zones", *_BOUNDS, *_CHOICES, *_TEXTS)
)
"""What anyone may see of a type; the other specs are for administrators."""

_KEY = re.compile(r"[\w.\-:]+")
_IS = re.compile(r"<is>\s*(true|false)", re.IGNORECASE)


def boolean(value: object) -> bool:
    """A capability spec: a boolean word, or one behind ``<is>``. Raises ValueError."""
    match = _IS.fullmatch(str(value).strip())
    return strict_bool(match[1] if match else value)


def capability(specs: Mapping[str, str], name: str) -> bool:
    """What a type says of a capability; one that it doesn't mention, its shares don't have."""
    try:
        return boolean(specs.get(name, "False"))
    except ValueError:
        return False


def handles_share_servers(specs: Mapping[str, str]) -> bool:
    return capability(specs, "driver_handles_share_servers")


def check_size(share_type: Record, size: int, *names: str) -> None:
    """Holds the size of a share, in GiB, against some of the bounds that its type may have. Raises BadRequest."""
    for name in names:
        bound = share_type["extra_specs"].get(name)
        if bound and (size < int(bound) if name == MIN_SIZE else size > int(bound)):
            raise errors.BadRequest(
                f"Invalid input received: Specified share size of '{size}' is {_BOUNDS[name]} of '{bound}' for share "
                f"type '{share_type['name']}'."
            )


def _is_boolean(value: object) -> bool:
    try:
        boolean(value)
    except ValueError:
        return False
    return True


def _is_word(value: object) -> bool:
    """Whether a value is a boolean word by itself, without any ``<is>``."""
    try:
        strict_bool(value)
    except ValueError:
        return False
    return True


def _is_valid(key: str, value: object) -> bool:
    """Whether a standardised spec has a value that Manila takes; any value goes for the others."""
    if key in REQUIRED:
        return _is_word(value)
    if key in BOOLEAN or key == "mount_point_name_support":
        return _is_boolean(value)
    if key in _CHOICES:
        return value in _CHOICES[key]
    if key in _BOUNDS:
        return re.fullmatch(r"\s*\+?0*[1-9]\d*\s*", str(value)) is not None
    if key == "availability_zones":
        return all(part.strip() for part in str(value).split(","))
    return True


def check_required(specs: Mapping[str, Any]) -> dict[str, Any]:
    """The specs that every type must have. Raises BadRequest when one is missing or wrong."""
    found = {}
    for key in REQUIRED:
        if key not in specs:
            raise errors.BadRequest(f"Invalid extra_spec: Required extra specs '{key}' not specified.")
        if not _is_word(specs[key]):
            raise errors.BadRequest(f"Invalid extra_spec: Value of required extra_spec {key} is not valid")
        found[key] = specs[key]
    return found


def check_standardised(specs: Mapping[str, Any]) -> None:
    """Raises BadRequest for a standardised spec with a value it may not have."""
    for key, value in specs.items():
        if not _is_valid(key, value):
            raise errors.BadRequest(f"Invalid extra_spec: Value of optional extra_spec {key} is not valid.")


def check_each(specs: Mapping[str, Any], *, standardised: bool = True) -> None:
    """Keys and values are text of 1 to 255 characters, or booleans. Raises BadRequest.

    `standardised`: some keys have a meaning, and want a value that fits it.
    """
    for key, value in specs.items():
        text = isinstance(value, str) and 1 <= len(value) <= 255
        if not (
            1 <= len(key) <= 255 and (text or isinstance(value, bool)) and (not standardised or _is_valid(key, value))
        ):
            raise errors.BadRequest(f"Invalid extra_spec: {key}: {value}")


def check_keys(specs: Mapping[str, Any]) -> None:
    """Raises BadRequest for a key with characters that Manila doesn't take."""
    if not all(_KEY.fullmatch(key) for key in specs):
        raise errors.BadRequest(
            "Key names can only contain alphanumeric characters, underscores, periods, colons and hyphens."
        )


def kept(specs: Mapping[str, Any]) -> dict[str, str | None]:
    """The specs of a new type as they are stored: text, with the spaces in a list of zones taken out."""
    stored = {key: None if value is None else str(value) for key, value in specs.items()}
    return {**stored, **_zones(stored)}


def kept_later(specs: Mapping[str, str | bool]) -> dict[str, str]:
    """Specs as they are stored on a type that is there already: booleans as numbers."""
    stored = {key: str(int(value)) if isinstance(value, bool) else value for key, value in specs.items()}
    return {**stored, **_zones(stored)}


def shown(specs: Mapping[str, Any]) -> dict[str, Any]:
    """Specs as the calls that change them echo them."""
    return {**specs, **_zones(specs)}


def _zones(specs: Mapping[str, Any]) -> dict[str, str]:
    found = specs.get("availability_zones")
    return {} if found is None else {"availability_zones": ",".join(zones(str(found)))}


def zones(text: str) -> list[str]:
    """The zones of a list with commas, and perhaps spaces, between."""
    return [part.strip() for part in text.split(",") if part]
