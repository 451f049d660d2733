"""Trusts and services' tokens as real clients use them: openstacksdk, keystoneclient as heat has it, the command."""

from __future__ import annotations

from typing import Any

import pytest
from keystoneauth1.exceptions import Unauthorized
from keystoneauth1.identity import v3
from keystoneauth1.service_token import ServiceTokenAuthWrapper
from keystoneauth1.session import Session

from .cloud import Cloud


def trustee(cloud: Cloud, trust_id: str) -> Session:
    """A session as csi-manila opens one: a trustee by id, with a trust and no project."""
    user_id = cloud.session("alt_demo").get_user_id()
    return Session(v3.Password(auth_url=cloud.auth_url, user_id=user_id, password="secret", trust_id=trust_id))


def test_openstacksdk_makes_finds_and_deletes_a_trust(cloud: Cloud) -> None:
    identity = cloud.connect().identity
    made = identity.create_trust(
        trustor_user_id=cloud.session().get_user_id(),
        trustee_user_id=cloud.session("alt_demo").get_user_id(),
        project_id=cloud.session().get_project_id(),
        is_impersonation=True,
        roles=[{"name": "member"}],
    )
    assert [role["name"] for role in made.roles] == ["member"]
    found = identity.trusts(trustor_user_id=made.trustor_user_id)
    assert [each.id for each in found] == [made.id]
    assert identity.get_trust(made.id).is_impersonation is True
    share = cloud.manila(session=trustee(cloud, made.id)).shares.create("NFS", 1, name="trusted")
    assert [each.name for each in cloud.manila().shares.list()] == ["trusted"]
    assert share.project_id == cloud.session().get_project_id()
    identity.delete_trust(made.id)
    with pytest.raises(Unauthorized):
        trustee(cloud, made.id).get_token()


def test_keystoneclient_makes_a_trust_as_heat_does(cloud: Cloud) -> None:
    client = pytest.importorskip("keystoneclient.v3.client")
    session = cloud.session()
    trust = client.Client(session=session, interface="public").trusts.create(
        trustor_user=session.get_user_id(),
        trustee_user=cloud.session("alt_demo").get_user_id(),
        project=session.get_project_id(),
        impersonation=True,
        allow_redelegation=True,
        role_names=["member", "reader"],
    )
    trusted = client.Client(session=trustee(cloud, trust.id), interface="public")
    passed_on = trusted.trusts.create(
        trustor_user=session.get_user_id(),
        trustee_user=cloud.session("demo_reader").get_user_id(),
        project=session.get_project_id(),
        impersonation=True,
        role_names=["reader"],
    )
    assert (passed_on.redelegated_trust_id, passed_on.redelegation_count) == (trust.id, 0)


def test_trusts_by_command(cloud: Cloud) -> None:
    """By an administrator: others may not look names up."""
    trust = ("--project", "admin", "--role", "member", "--impersonate", "admin", "alt_demo")
    made = cloud.shown("trust", "create", *trust, user="admin")
    assert (made["is_impersonation"], [role["name"] for role in made["roles"]]) == (True, ["member"])
    rows: list[dict[str, Any]] = cloud.shown("trust", "list", user="admin")
    assert [row["ID"] for row in rows] == [made["id"]]
    assert cloud.shown("trust", "show", made["id"], user="alt_demo")["trustor_user_id"] == made["trustor_user_id"]
    cloud.openstack("trust", "delete", made["id"], user="admin")
    assert cloud.shown("trust", "list", user="admin") == []


def test_a_wrapped_service_token_sets_a_services_lock(cloud: Cloud) -> None:
    """As nova and cinder send it."""
    user, service = cloud.session(), cloud.session("nova", project="service")
    assert user.auth is not None
    assert service.auth is not None
    asking = Session(ServiceTokenAuthWrapper(user_auth=user.auth, service_auth=service.auth))
    share = cloud.manila().shares.create("NFS", 1)
    locks = cloud.manila(session=asking).resource_locks
    lock = locks.create(share.id, "share", lock_reason="in use")
    assert (lock.lock_context, lock.user_id) == ("service", user.get_user_id())
    assert [each.id for each in cloud.manila().resource_locks.list()] == [lock.id]
    with pytest.raises(Exception, match="403"):
        cloud.manila().resource_locks.delete(lock.id)
    locks.delete(lock.id)
