"""The types of records' attributes, and of the fields from which they are seeded."""

from __future__ import annotations

from typing import Annotated

from ...contract.declared import Keywords
from ...world.rows import Row

MAX_INTEGER = 2**31 - 1
"""Of a column of the database."""
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?$"

Text = Annotated[str, Keywords(minLength=1)]
Name = Annotated[str | None, Keywords(maxLength=255)]
"""Also descriptions."""
UniqueName = Annotated[str, Keywords(minLength=1, maxLength=255)]
Size = Annotated[int, Keywords(minimum=1, maximum=MAX_INTEGER)]
"""GiB."""
Time = Annotated[str, Keywords(pattern=_TIME), "a time such as 2026-01-01T00:00:00.000000"]
Status = Annotated[str, Keywords(**{"$ref": "#/$defs/status"})]
Metadata = Annotated[
    dict[str, Annotated[str, Keywords(minLength=1, maxLength=1023)]],
    Keywords(propertyNames={"minLength": 1, "maxLength": 255}),
]


class Dated(Row):
    """What nearly every record has."""

    id: Text
    created_at: Time
    updated_at: Time | None = None


def reference(kind: str) -> Keywords:
    """What is said of an attribute that has the id of a record which handlers look up without a doubt.

    Of a field of a seed it says that it names something else, by its id or its name.
    """
    return Keywords(**{"x-of": kind})
