"""The calls that types of shares and of groups have for the projects that may use a private one: list, add, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import errors
from .fields import is_uuid
from .registry import Page, Resource

if TYPE_CHECKING:
    from ...world.rows import Record
    from ..context import Call


def serve(kind: str, singular: str, find: Callable[[Call], Record]) -> Resource:
    """The resource for the access to records of `kind` (``share_types``), each a `singular` (``share_type``).

    `find` is for the record that the path names, and raises NotFound.
    """
    resource = Resource(f"{singular}_project_access")
    name = singular.replace("_", " ")

    def private(call: Call) -> Record:
        record = find(call)
        if record["is_public"]:
            raise errors.Conflict(f"Type access modification is not applicable to public {name}.")
        return record

    @resource.handles(f"{kind}.list_project_access")
    def list_access(call: Call) -> Page:
        record = find(call)
        if record["is_public"]:
            raise errors.NotFound(f"Access list not available for public {name}s.")
        return Page([{f"{singular}_id": record["id"], "project_id": id} for id in record["projects"]])

    @resource.handles(f"{kind}.add_project_access")
    def add_access(call: Call) -> None:
        project, record = _asked_project(call), private(call)
        if project in record["projects"]:
            raise errors.Conflict(f"Access of {project} to the {name} {record['id']} already exists.")
        record["projects"] = [*record["projects"], project]

    @resource.handles(f"{kind}.remove_project_access")
    def remove_access(call: Call) -> None:
        project, record = _asked_project(call), private(call)
        if project not in record["projects"]:
            raise errors.NotFound(f"Access of {project} to the {name} {record['id']} could not be found.")
        record["projects"] = [id for id in record["projects"] if id != project]

    return resource


def _asked_project(call: Call) -> str:
    """The project that is to get or lose access. Raises BadRequest."""
    project = call.body.get("project")
    if not is_uuid(project):
        raise errors.BadRequest(f"Bad project format: project is not in proper format ({project})")
    return str(project)
