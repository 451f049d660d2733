"""Extensions of the API. Manila has the calls, but no extension: all of them have become part of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..common import lookup
from ..common.registry import Page, Resource

if TYPE_CHECKING:
    from ..context import Call

resource = Resource("extensions")


@resource.handles("extensions.list")
def list_(call: Call) -> Page:
    return Page([])


@resource.handles("extensions.show")
def show(call: Call) -> None:
    raise lookup.missing(call, "extensions", call.args["alias"], "The resource could not be found.")
