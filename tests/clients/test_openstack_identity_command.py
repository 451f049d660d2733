"""Keystone through the ``openstack`` command."""

from __future__ import annotations

from typing import Any

from .cloud import Cloud


def admin(cloud: Cloud, *command: str) -> Any:
    return cloud.shown(*command, user="admin")


def names(rows: list[dict[str, Any]]) -> set[str]:
    return {row["Name"] for row in rows}


def test_token_issue(cloud: Cloud) -> None:
    token = cloud.shown("token", "issue")
    assert token.keys() == {"expires", "id", "project_id", "user_id"}
    assert token["project_id"] == cloud.session().get_project_id()


def test_token_revoke(cloud: Cloud) -> None:
    token = cloud.shown("token", "issue")["id"]
    cloud.openstack("token", "revoke", token, user="admin")


def test_catalog_list_and_show(cloud: Cloud) -> None:
    catalog = cloud.shown("catalog", "list")
    assert {row["Type"] for row in catalog} == {"identity", "sharev2", "sharev2_legacy", "shared-file-system"}
    project = cloud.session().get_project_id()
    shown = cloud.shown("catalog", "show", "sharev2_legacy")
    assert {endpoint["url"] for endpoint in shown["endpoints"]} == {f"{cloud.url}/v2/{project}"}


def test_versions_show(cloud: Cloud) -> None:
    rows = {row["Service Type"]: row for row in cloud.shown("versions", "show")}
    manila = rows["shared-file-system"]
    assert (manila["Min Microversion"], manila["Max Microversion"]) == ("2.0", "2.99")
    assert manila["Endpoint"].startswith(cloud.url)
    assert rows["identity"]["Version"].startswith("3.")


def test_projects(cloud: Cloud) -> None:
    assert names(admin(cloud, "project", "list")) >= {"admin", "demo", "alt_demo"}
    made = admin(cloud, "project", "create", "research", "--description", "d")
    assert (made["name"], made["description"], made["enabled"]) == ("research", "d", True)
    assert admin(cloud, "project", "show", "research") == made
    cloud.openstack("project", "set", "research", "--name", "science", user="admin")
    assert admin(cloud, "project", "show", "science")["id"] == made["id"]
    cloud.openstack("project", "delete", "science", user="admin")
    assert "science" not in names(admin(cloud, "project", "list"))
    assert cloud.run("project", "show", "science", user="admin").status == 1


def test_a_member_lists_the_projects_it_is_in(cloud: Cloud) -> None:
    assert names(cloud.shown("project", "list")) == {"demo"}


def test_users(cloud: Cloud) -> None:
    assert names(admin(cloud, "user", "list")) >= {"admin", "demo", "demo_reader", "alt_demo"}
    made = admin(cloud, "user", "create", "ann", "--password", "pw", "--project", "demo", "--email", "a@example.org")
    assert (made["name"], made["email"], made["enabled"]) == ("ann", "a@example.org", True)
    assert admin(cloud, "user", "show", "ann") == made
    cloud.openstack("user", "set", "ann", "--disable", user="admin")
    assert admin(cloud, "user", "show", "ann")["enabled"] is False
    cloud.openstack("user", "delete", "ann", user="admin")
    assert "ann" not in names(admin(cloud, "user", "list"))


def test_roles(cloud: Cloud) -> None:
    assert names(admin(cloud, "role", "list")) >= {"admin", "manager", "member", "reader"}
    made = admin(cloud, "role", "create", "auditor")
    assert admin(cloud, "role", "show", "auditor") == made
    cloud.openstack("role", "delete", "auditor", user="admin")
    assert "auditor" not in names(admin(cloud, "role", "list"))


def test_a_role_lets_a_new_user_in_until_it_is_taken_away(cloud: Cloud) -> None:
    cloud.openstack("project", "create", "research", user="admin")
    cloud.openstack("user", "create", "ann", "--password", "pw", user="admin")
    cloud.openstack("role", "add", "--user", "ann", "--project", "research", "member", user="admin")
    (row,) = admin(cloud, "role", "assignment", "list", "--names", "--user", "ann")
    assert (row["Role"], row["User"], row["Project"]) == ("member", "ann@Default", "research@Default")
    (row,) = admin(cloud, "role", "assignment", "list", "--user", "ann", "--project", "research")
    assert row["Project"] == admin(cloud, "project", "show", "research")["id"]
    manila = cloud.manila(session=cloud.session("ann", password="pw", project="research"))
    assert manila.shares.create("NFS", 1).status == "creating"
    cloud.openstack("role", "remove", "--user", "ann", "--project", "research", "member", user="admin")
    assert admin(cloud, "role", "assignment", "list", "--user", "ann") == []


def test_a_second_project_or_user_of_one_name_is_a_conflict(cloud: Cloud) -> None:
    for command in (("project", "create", "demo"), ("user", "create", "demo"), ("role", "create", "member")):
        ran = cloud.run(*command, user="admin")
        assert ran.status == 1
        assert "409" in ran.err


def test_a_member_may_not_change_the_identity(cloud: Cloud) -> None:
    for command in (("project", "create", "mine"), ("user", "list"), ("role", "create", "mine")):
        ran = cloud.run(*command)
        assert ran.status == 1
        assert "403" in ran.err


def test_a_wrong_password_says_so(cloud: Cloud) -> None:
    ran = cloud.run("--os-password", "wrong", "token", "issue")
    assert ran.status == 1
    assert "401" in ran.err


def test_application_credentials(cloud: Cloud) -> None:
    made = cloud.shown("application", "credential", "create", "robot", "--role", "reader")
    assert names(cloud.shown("application", "credential", "list")) == {"robot"}
    env = {
        "OS_AUTH_TYPE": "v3applicationcredential",
        "OS_AUTH_URL": cloud.auth_url,
        "OS_APPLICATION_CREDENTIAL_ID": made["ID"] if "ID" in made else made["id"],
        "OS_APPLICATION_CREDENTIAL_SECRET": made["Secret"] if "Secret" in made else made["secret"],
        "OS_REGION_NAME": "RegionOne",
    }
    assert cloud.openstack_process("share", "list", "-f", "json", env=env).json == []
    cloud.openstack("application", "credential", "delete", "robot")
    assert cloud.shown("application", "credential", "list") == []


def test_services_endpoints_regions_and_domains(cloud: Cloud) -> None:
    assert {row["Type"] for row in admin(cloud, "service", "list")} >= {"sharev2", "shared-file-system", "identity"}
    assert all(row["URL"].startswith(cloud.url) for row in admin(cloud, "endpoint", "list"))
    assert [row["Region"] for row in admin(cloud, "region", "list")] == ["RegionOne"]
    assert names(admin(cloud, "domain", "list")) == {"Default"}
