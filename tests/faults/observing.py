"""What clients find out about their resources: statuses, user messages, quotas."""

from __future__ import annotations

from typing import Any

from manilaclient import exceptions

from ..clients.cloud import Cloud


def create(cloud: Cloud, size: int = 1, **options: Any) -> Any:
    return cloud.manila().shares.create("NFS", size, **options)


def status(cloud: Cloud, resource: Any) -> str:
    """What its owner reads."""
    resource = resource.manager.get(resource.id)
    return str(resource.status)


def message(cloud: Cloud) -> Any:
    """The only user message that the project finds."""
    (found,) = cloud.manila().messages.list()
    assert found.message_level == "ERROR"
    return found


def used(cloud: Cloud, resource: str = "shares", how: str = "in_use") -> int:
    """What the project's quota has in use of a resource, or reserved."""
    manila = cloud.manila()
    project_id = manila.client.get_project_id()
    return int(getattr(manila.quotas.get(project_id, detail=True), resource)[how])


def is_gone(cloud: Cloud, resource: Any) -> bool:
    try:
        resource.manager.get(resource.id)
    except exceptions.NotFound:
        return True
    return False
