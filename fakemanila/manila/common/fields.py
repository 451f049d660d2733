"""Checks of fields that several resources share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from .. import errors

if TYPE_CHECKING:
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call

MAX_DISPLAY_LENGTH = 255
MAX_METADATA_KEY = 255
MAX_METADATA_VALUE = 1023

TRANSITIONAL = (
    "creating",
    "deleting",
    "manage_starting",
    "unmanage_starting",
    "extending",
    "shrinking",
    "migrating",
    "migrating_to",
    "restoring",
    "reverting",
    "server_migrating",
    "server_migrating_to",
    "backup_restoring",
    "backup_creating",
    "ensuring",
    "reverting_to_snapshot",
)
"""Statuses of what is being worked on: it can't be unmanaged, and a share's rules can't be changed."""


def check_display_length(value: str | None, field: str) -> None:
    """Names and descriptions may have 255 characters. Raises BadRequest."""
    if value and len(value) > MAX_DISPLAY_LENGTH:
        message = f"Invalid input received: {field} can only be {MAX_DISPLAY_LENGTH} characters long."
        raise errors.wrong_field(message, field, value)


def is_uuid(value: object) -> bool:
    """Whether a value is a UUID, with or without dashes."""
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def display(body: Mapping[str, Any], field: str) -> str | None:
    """A name or description. Raises BadRequest when it is too long."""
    value: str | None = body.get(field)
    check_display_length(value, field)
    return value


def check_display_lengths(call: Call) -> None:
    """Raises BadRequest for a name or description that is too long, and for a number, which has no length.

    The rest is found late: real Manila leaves it to its database.
    """
    for field in ("name", "description"):
        if isinstance(call.body.get(field), str):
            display(call.body, field)
        elif isinstance(call.body.get(field), int | float):
            call.refuse_late()


def replaced(body: Mapping[str, Any]) -> set[str]:
    """The old names of fields that nobody looks at, since the body has the newer ones."""
    return {f"display_{field}" for field in ("name", "description") if field in body}


def echoed(call: Call, record: Record, *others: str) -> Record:
    """A record whose name and description are shown as they came: numbers are kept as text, and told as numbers.

    The same goes for `others`, further fields of texts.
    """
    content = next(iter(call.envelope.values()), None) if isinstance(call.envelope, dict) else None
    sent = content if isinstance(content, dict) else {}
    told = {}
    for field in ("name", "description", *others):
        given = sent.get(field if field in sent or f"display_{field}" not in sent else f"display_{field}")
        if isinstance(given, int | float):
            told[field] = given
    return {**record, **told}


def change(world: World, record: Record, changes: Mapping[str, Any]) -> None:
    """Changes a record, and dates it only where something is other than before: a row that stays is not written."""
    if any(record[name] != value for name, value in changes.items()):
        world.touch(record, **changes)


def check_metadata(metadata: Mapping[str, Any] | None) -> None:
    """Keys of 1 to 255, values of 1 to 1023 characters. Raises BadRequest."""
    for key, value in (metadata or {}).items():
        if not key:
            raise errors.wrong_field("Metadata property key is blank.", "metadata", metadata)
        if len(key) > MAX_METADATA_KEY:
            message = f"Metadata property key is greater than {MAX_METADATA_KEY} characters."
            raise errors.wrong_field(message, "metadata", metadata)
        if not value:
            raise errors.wrong_field("Metadata property value is blank.", f"metadata.{key}", value)
        if isinstance(value, int | float):  # without a length, which real Manila looks at; the contract does the rest
            raise errors.wrong_field("Metadata property value is not a text.", f"metadata.{key}", value)
        if isinstance(value, str) and len(value) > MAX_METADATA_VALUE:
            message = f"Metadata property value is greater than {MAX_METADATA_VALUE} characters."
            raise errors.wrong_field(message, f"metadata.{key}", value)


def check_not_soft_deleted(share: Record, what: str) -> None:
    """Raises Forbidden for a share in the recycle bin; `what` is the beginning of the message, with ``{id}`` in it."""
    if share["is_soft_deleted"]:
        raise errors.Forbidden(f"{what.format(id=share['id'])} since it has been soft deleted.")


def asked_status(call: Call, field: str, statuses: Collection[str]) -> str:
    """The status that a reset asks for. Raises BadRequest when it is missing or none of `statuses`."""
    if field not in call.body:
        raise errors.wrong_field(f"Must specify '{field}'", field)
    status = call.body[field]
    if status not in statuses:
        raise errors.wrong_field(f"Invalid state. Valid states: {', '.join(statuses)}.", field, status)
    return str(status)


def reset_status(call: Call, find: Callable[[Call], Record], statuses: Collection[str]) -> None:
    """An administrator's reset, of the record that `find` finds once the status is known to be one of `statuses`."""
    status = asked_status(call, "status", statuses)
    call.world.reset_status(find(call), status)


BUSY_TASK_STATES = (
    "migration_starting",
    "migration_in_progress",
    "migration_completing",
    "migration_driver_starting",
    "migration_driver_in_progress",
    "migration_driver_phase1_done",
    "data_copying_starting",
    "data_copying_in_progress",
    "data_copying_completing",
    "data_copying_completed",
)


class ShareBusy(errors.BadRequest):
    """A share that is being migrated; some calls answer it with another code."""


def check_not_busy(share: Record) -> None:
    """Raises ShareBusy, 400, while a migration of the share is under way."""
    if share["task_state"] in BUSY_TASK_STATES:
        raise ShareBusy(
            f"Share is busy with an active task: Share {share['id']} is busy as part of an active task: "
            f"{share['task_state']}."
        )
