"""Getting in: tokens that expire, scopes, catalogs and endpoints, with keystoneauth1."""

from __future__ import annotations

from typing import Any

import pytest
from keystoneauth1 import exceptions, noauth, token_endpoint
from keystoneauth1.identity import v3
from keystoneauth1.session import Session
from manilaclient.common.apiclient import exceptions as manila_exceptions

from ..api import there
from .cloud import Cloud, access_of, needs

VERSION = {"X-OpenStack-Manila-API-Version": "2.98"}


@pytest.mark.parametrize("service_type", ["sharev2", "shared-file-system", "sharev2_legacy"])
def test_manila_is_in_the_catalog_under_every_name(cloud: Cloud, service_type: str, share: Any) -> None:
    manila = cloud.manila(service_type=service_type)
    assert [found.id for found in manila.shares.list()] == [share.id]
    asked = cloud.asked("shares.detail")[-1].path
    project = f"/{share.project_id}" if service_type == "sharev2_legacy" else ""
    assert asked == f"/v2{project}/shares/detail"


def test_every_call_works_with_the_project_in_the_path(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila(service_type="sharev2_legacy")
    made = manila.share_snapshots.create(share, name="monday")
    manila.share_snapshots.set_metadata(made, {"a": "b"})
    manila.share_snapshots.update(made, display_name="tuesday")
    shown = manila.share_snapshots.get(made)
    assert (shown.name, shown.metadata) == ("tuesday", {"a": "b"})
    assert all(link["href"].startswith(cloud.url) for link in shown.links)
    manila.share_snapshots.delete(made)
    assert manila.share_snapshots.list() == []


def test_another_projects_id_in_the_path_is_a_bad_request(cloud: Cloud, share: Any) -> None:
    with pytest.raises(exceptions.BadRequest):
        cloud.session("alt_demo").get(f"{cloud.url}/v2/{share.project_id}/shares", headers=VERSION)


def test_an_expired_token_is_renewed_without_a_word(cloud: Cloud, share: Any) -> None:
    manila = cloud.manila()
    assert len(manila.shares.list()) == 1
    cloud.advance(2 * 3600)
    assert len(manila.shares.list()) == 1
    assert [entry.status for entry in cloud.world.journal if entry.path == "/v2/shares/detail"] == [200, 401, 200]
    assert manila.share_snapshots.create(share).status == "creating"


def test_an_expired_token_alone_is_refused(cloud: Cloud) -> None:
    token = cloud.session().get_token()
    alone = Session(token_endpoint.Token(f"{cloud.url}/v2", token))
    assert alone.get(f"{cloud.url}/v2/shares").status_code == 200
    cloud.advance(2 * 3600)
    with pytest.raises(exceptions.Unauthorized):
        alone.get(f"{cloud.url}/v2/shares")


def test_a_wrong_password_is_unauthorized(cloud: Cloud) -> None:
    with pytest.raises(exceptions.Unauthorized):
        cloud.session(password="wrong").get_token()


def test_no_token_is_unauthorized_and_says_where_to_get_one(cloud: Cloud) -> None:
    with pytest.raises(exceptions.Unauthorized) as caught:
        Session(noauth.NoAuth()).get(f"{cloud.url}/v2/snapshots")
    assert there(caught.value.response).headers["WWW-Authenticate"] == f'Keystone uri="{cloud.url}/identity"'


def test_a_member_of_one_project_gets_no_token_for_another(cloud: Cloud) -> None:
    with pytest.raises(exceptions.Unauthorized):
        cloud.session("demo", project="alt_demo").get_token()


@pytest.mark.parametrize(
    ("user", "project", "roles"),
    [
        ("demo", "demo", {"member", "reader"}),
        ("demo_reader", "demo", {"reader"}),
        ("demo_manager", "demo", {"manager", "member", "reader"}),
        ("demo_admin", "demo", {"admin", "manager", "member", "reader"}),
        ("alt_demo", "alt_demo", {"member", "reader"}),
        ("alt_demo_reader", "alt_demo", {"reader"}),
        ("admin", "admin", {"admin", "manager", "member", "reader"}),
        ("admin", "demo", {"admin", "manager", "member", "reader"}),
    ],
)
def test_a_token_is_scoped(cloud: Cloud, user: str, project: str, roles: set[str]) -> None:
    session = cloud.session(user, project=project)
    access = access_of(session)
    assert (access.username, access.project_name, access.project_domain_id) == (user, project, "default")
    assert {*there(access.role_names)} == roles


def test_an_administrator_works_in_the_project_of_its_scope(cloud: Cloud, share: Any) -> None:
    in_demo = cloud.manila(session=cloud.session("admin", project="demo"))
    assert [found.id for found in in_demo.shares.list()] == [share.id]
    assert cloud.manila("admin").shares.list() == []


def test_a_token_is_turned_into_one_of_another_scope(cloud: Cloud) -> None:
    token = there(cloud.session("admin").get_token())
    again = Session(v3.Token(auth_url=cloud.auth_url, token=token, project_name="demo", project_domain_id="default"))
    assert access_of(again).project_name == "demo"
    assert cloud.manila(session=again).shares.list() == []


def test_an_application_credential_gets_in(cloud: Cloud, share: Any) -> None:
    connection = cloud.connect()
    user_id = connection.current_user_id
    made = connection.identity.create_application_credential(user_id, "robot", roles=[{"name": "reader"}])
    session = Session(
        v3.ApplicationCredential(
            auth_url=cloud.auth_url, application_credential_id=made.id, application_credential_secret=made.secret
        )
    )
    manila = cloud.manila(session=session)
    assert [found.id for found in manila.shares.list()] == [share.id]
    with pytest.raises(manila_exceptions.Forbidden):
        manila.share_snapshots.create(share)


def test_a_revoked_token_is_refused(cloud: Cloud) -> None:
    session = cloud.session()
    token = session.get_token()
    alone = Session(token_endpoint.Token(f"{cloud.url}/v2", token))
    session.delete(f"{cloud.auth_url}/auth/tokens", headers={"X-Subject-Token": token})
    with pytest.raises(exceptions.Unauthorized):
        alone.get(f"{cloud.url}/v2/snapshots")


def test_a_token_of_one_world_is_worth_nothing_in_another(cloud: Cloud, server: Any) -> None:
    token = cloud.session().get_token()
    alone = Session(token_endpoint.Token(f"{server.url}/v2", token))
    with pytest.raises(exceptions.Unauthorized):
        alone.get(f"{server.url}/v2/shares")


def test_every_endpoint_of_the_catalog_is_in_the_world(cloud: Cloud) -> None:
    session = cloud.session()
    endpoints = access_of(session).service_catalog.get_endpoints()
    assert set(endpoints) == {"identity", "sharev2", "sharev2_legacy", "shared-file-system"}
    for some in endpoints.values():
        found = [there(endpoint) for endpoint in some]
        assert {endpoint["interface"] for endpoint in found} == {"public", "internal", "admin"}
        assert {endpoint["region_id"] for endpoint in found} == {"RegionOne"}
        assert all(endpoint["url"].startswith(cloud.url) for endpoint in found)


def test_version_discovery_leads_to_the_world(cloud: Cloud) -> None:
    session = cloud.session()
    found = there(session.get_endpoint_data(service_type="shared-file-system", region_name="RegionOne"))
    assert (found.min_microversion, found.max_microversion) == ((2, 0), (2, 99))
    assert there(found.url).rstrip("/") == f"{cloud.url}/v2"


@needs("limits.list")
def test_limits_are_those_of_the_project(cloud: Cloud, share: Any) -> None:
    limits = {limit.name: limit.value for limit in cloud.manila().limits.get().absolute}
    assert limits["totalSharesUsed"] == 1
