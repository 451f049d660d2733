"""Every page of manila-ui, opened once: none ends in an error, and none says that it couldn't get something."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from keystoneauth1.identity import v3
from keystoneauth1.session import Session
from manilaclient.client import Client

from .conftest import VENV, Dashboard, Example

# Runs in Horizon's environment, and prints all of manila-ui's pages, and which of them are forms over another page.
_LIST = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "openstack_dashboard.settings"
import django
django.setup()
from django.urls import get_resolver
from horizon.forms import ModalFormView
from horizon.workflows import WorkflowView

def pages(resolver, prefix=""):
    for each in resolver.url_patterns:
        pattern = prefix + str(each.pattern).lstrip("^")
        if hasattr(each, "url_patterns"):
            yield from pages(each, pattern)
        elif each.callback.__module__.startswith("manila_ui."):
            view = each.callback.view_class
            yield pattern.rstrip("$"), issubclass(view, (ModalFormView, WorkflowView))

print(json.dumps(sorted(pages(get_resolver()))))
"""
# Pages of Horizon's own that manila-ui has a part in.
_PARTS = (
    ("admin/defaults/?tab=defaults__share_quotas", False),
    ("admin/defaults/update_defaults?step=update_default_share_quotas", True),
    ("identity/(?P<project_id>[^/]+)/update_quotas/?step=update_share_quotas", True),
)
_VARIABLE = re.compile(r"\(\?P<(\w+)>\[\^/\]\+\)")


class Page(NamedTuple):
    path: str
    is_form: bool
    """Horizon opens it over another page, and asks for it with JavaScript."""


class Cast(NamedTuple):
    """Which records the pages are about: ids by the names of the variables in their addresses."""

    ids: dict[str, str]
    replicated: str
    migrating: str

    def fill_in(self, pattern: str) -> str:
        share = self.replicated if "replica" in pattern else self.migrating if "migration" in pattern else None
        ids = {**self.ids, "share_id": share or self.ids["share_id"]}
        if pattern.startswith("project/share_group_snapshots/(?P<share_group_snapshot_id>"):
            ids["share_group_id"] = ids["share_group_snapshot_id"]
        return _VARIABLE.sub(lambda found: ids[found[1]], pattern)


@pytest.fixture(scope="module")
def patterns(example: Example) -> list[tuple[str, bool]]:
    run = subprocess.run([VENV / "bin" / "python", "-c", _LIST], capture_output=True, text=True, check=True)
    found = [(pattern, is_form) for pattern, is_form in json.loads(run.stdout)]
    assert len(found) > 80
    return found


def cast(dashboard: Dashboard) -> Cast:
    """Makes what the scenario can't have (something under way, a lock), and picks a record of each kind."""

    def one(kind: str, **attributes: Any) -> dict[str, Any]:
        return dict(dashboard.control.records.list(kind, **attributes)[0])

    auth = v3.Password(
        f"{dashboard.example.fakemanila}/identity/v3",
        username="demo_admin",
        password="secret",
        user_domain_id="default",
        project_name="demo",
        project_domain_id="default",
    )
    session = Session(auth)
    client = Client("2.87", session=session, service_type="sharev2")
    home, migrating = one("shares", name="home"), one("shares", name="public-datasets")
    database = one("shares", name="database")
    other = "oracle@beta#fake_pool_for_BETA" if "alpha" in migrating["host"] else "oracle@alpha#fake_pool_for_ALPHA"
    client.shares.migration_start(migrating["id"], other, False, True, True, True, True)
    lock = client.resource_locks.create(home["id"], "share", "delete", "kept for the audit")
    locations = client.share_export_locations.list(home["id"])
    office = one("share_networks", name="office")
    return Cast(
        {
            "share_id": home["id"],
            "rule_id": one("share_access_rules", share_id=home["id"])["id"],
            "el_id": next(each.id for each in locations if not each.is_admin_only),
            "replica_id": next(each.id for each in client.share_replicas.list(database["id"])),
            "snapshot_id": one("snapshots", share_id=home["id"])["id"],
            "share_network_id": office["id"],
            "subnet_id": one("share_network_subnets", share_network_id=office["id"])["id"],
            "sec_service_id": one("security_services")["id"],
            "share_group_id": one("share_groups", name="shop")["id"],
            "share_group_snapshot_id": one("share_group_snapshots")["id"],
            "share_group_type_id": one("share_group_types", name="secret-project")["id"],
            "share_type_id": one("share_types", name="secret-project")["id"],
            "share_server_id": one("share_servers")["id"],
            "share_instance_id": one("share_instances")["id"],
            "message_id": one("messages")["id"],
            "lock_id": lock.id,
            "project_id": str(session.get_project_id()),
        },
        replicated=database["id"],
        migrating=migrating["id"],
    )


def complaints(dashboard: Dashboard, page: Page) -> Iterator[str]:
    """Opens a page, and gives what is wrong with it."""
    address = f"{dashboard.example.url}{page.path}"
    if page.is_form:
        answer = dashboard.page.request.get(address, headers={"X-Requested-With": "XMLHttpRequest"})
        status, messages = answer.status, json.loads(answer.headers.get("x-horizon-messages", "[]"))
        yield from (text for level, text, *_ in messages if level in ("error", "warning"))
        if "<form" not in answer.text():
            yield "there is no form"
    else:
        opened = dashboard.page.goto(address, wait_until="domcontentloaded")
        status = opened.status if opened else 0
        yield from dashboard.complaints()
        if dashboard.page.url != address:
            yield f"it leads to {dashboard.page.url}"
    if status != 200:
        yield f"status {status}"


@pytest.mark.parametrize(("user", "begins"), [("demo_admin", ""), ("demo", "project/")])
def test_every_page_opens(dashboard: Dashboard, patterns: list[tuple[str, bool]], user: str, begins: str) -> None:
    records = cast(dashboard)
    dashboard.log_in(user)
    pages = [
        Page(records.fill_in(pattern), form) for pattern, form in (*patterns, *_PARTS) if pattern.startswith(begins)
    ]
    wrong = [f"{page.path}: {complaint}" for page in pages for complaint in complaints(dashboard, page)]
    assert not wrong, "\n".join(wrong)
