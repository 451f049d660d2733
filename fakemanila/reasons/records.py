"""Refusals because of the records that a request is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..text.words import in_words
from .reason import Facts, joined

if TYPE_CHECKING:
    from ..world.journal import Journal
    from ..world.rows import Record


def _type_of(row: type[Any]) -> str:
    """The name of the table that such rows are in."""
    from ..all_resources import KINDS

    return next((name for name, kind in KINDS.items() if kind.row is row), row.__name__)


class WrongStatus(NamedTuple):
    """A record is in a status in which it can't be asked for this. Either `right` or `wrong` lists statuses."""

    row: type[Any]
    """What kind of record it is."""
    id: str
    status: str | None
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    attribute: str = "status"
    kind: str = "status"

    @classmethod
    def of(cls, record: Record, *right: str, status: str | None = None, attribute: str = "status") -> WrongStatus:
        """Of a record that isn't in one of the statuses that are right; `status` is what counts instead of its own."""
        return cls(type(record), str(record["id"]), status or record[attribute], right, attribute=attribute)

    @classmethod
    def among(cls, record: Record, *wrong: str) -> WrongStatus:
        """Of a record in one of the statuses that are wrong."""
        return cls(type(record), str(record["id"]), record["status"], wrong=wrong)

    def facts(self) -> Facts:
        return {
            "resource_type": _type_of(self.row),
            "id": self.id,
            "attribute": self.attribute,
            "found": self.status,
            "right": list(self.right),
            "wrong": list(self.wrong),
        }

    def explain(self) -> list[str]:
        what = in_words(_type_of(self.row))
        name = "" if self.attribute == "status" else f"the {self.attribute} "
        wanted = f"has to be {joined(map(repr, self.right))}" if self.right else "may not be in that status"
        lines = [f"The {what} {self.id} has {name or 'the status '}{self.status!r}; it {wanted}."]
        if len(self.wrong) > 1:
            lines.append(f"Nor may it be {joined(repr(each) for each in self.wrong if each != self.status)}.")
        return lines


class OverQuota(NamedTuple):
    """More than a quota allows. `limit`, `in_use`, `reserved` and `asked_for` are numbers or GiB."""

    resource: str
    limit: int
    in_use: int
    reserved: int
    asked_for: int
    project_id: str | None
    user_id: str | None = None
    share_type_id: str | None = None
    """Whose quota it is: a project's, that of one of its users, or that of a share type in it."""
    kind: str = "quota"

    def facts(self) -> Facts:
        return {
            "resource": self.resource,
            "limit": self.limit,
            "in_use": self.in_use,
            "reserved": self.reserved,
            "asked_for": self.asked_for,
            "project_id": self.project_id,
            "user_id": self.user_id,
            "share_type_id": self.share_type_id,
        }

    def explain(self) -> list[str]:
        used = f"{self.in_use} in use and {self.reserved} reserved"
        whose = f"the project {self.project_id}"
        if self.share_type_id is not None:
            whose = f"the share type {self.share_type_id} in {whose}"
        elif self.user_id is not None:
            whose = f"the user {self.user_id} in {whose}"
        return [
            f"The quota of {self.resource} is {self.limit}; with {used}, {self.asked_for} more would be too many.",
            f"It is the quota of {whose}.",
        ]


class NotFound(NamedTuple):
    """A record that isn't there, or that the caller may not see."""

    resource_type: str
    id: str
    exists: bool = False
    project_id: str | None = None
    """Whose it is, where it exists."""
    hidden_by: str | None = None
    """The policy rule that hides it, where one does."""
    journal: Journal | None = None
    """Where to look for who deleted it."""
    kind: str = "not_found"

    def facts(self) -> Facts:
        deletion = None if self.exists or self.journal is None else self.journal.deletion_of(self.id)
        return {
            "resource_type": self.resource_type,
            "id": self.id,
            "exists": self.exists,
            "project_id": self.project_id,
            "hidden_by": self.hidden_by,
            "deleted": None if deletion is None else {"request_id": deletion.id, "time": deletion.time},
        }

    def explain(self) -> list[str]:
        what, facts = in_words(self.resource_type), self.facts()
        if self.exists:
            where = "" if self.project_id is None else f" in the project {self.project_id}"
            lines = [f"The {what} {self.id} exists{where}, but not for this caller."]
            return [*lines, f"The policy rule {self.hidden_by} hides it."] if self.hidden_by else lines
        deleted = facts["deleted"]
        if deleted is None:
            return [f"There is no {what} {self.id!r}."]
        return [f"There is no {what} {self.id} any more: {deleted['request_id']} deleted it at {deleted['time']}."]
