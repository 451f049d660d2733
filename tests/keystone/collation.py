"""The part of the conversation that is about how names and ids compare: case, accents, blanks at the end."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from .conversing import (
    APPCRED,
    DEFAULT,
    NOCATALOG,
    Exchange,
    application_credential,
    call,
    login,
    project,
    saving,
    sign,
    who,
)

# Each kind with what a new one needs, and a name that has case and an accent.
_KINDS: dict[str, dict[str, Any]] = {
    "user": {"password": "secret"},
    "project": {},
    "group": {},
    "role": {},
    "domain": {"enabled": False},
}
_SAME = ("rec-NÀME", "REC-NAME", "rec-name", "rec-name  ", "rec-nÃme")
_OTHER = (" rec-name", "rec-name\t", "rec-naame", "rec-n\u00e0\u0301me", "rec-ñame-")

_FILTERS = (
    "name={}",
    "name__contains={}",
    "name__icontains={}",
    "name__startswith={}",
    "name__istartswith={}",
    "name__endswith={}",
    "name__iendswith={}",
)
_SOUGHT = ("rec-Näme", "REC-NAME", "rec-n_me", "rec-n%me", "REC-NAME ", "C-N", "c-N", "MÉ", "Mé")


def _filters(many: str) -> list[Exchange]:
    """Every way to look for a name."""
    queries = [query.format(quote(sought)) for query in _FILTERS for sought in _SOUGHT]
    queries += ["name=", "name__contains=", "name__icontains=", "name__nonsense=x", "name__inonsense=x"]
    queries += [f"name={'x' * 300}", "Name=rec-x", "name=%F0%9F%98%80"]
    return [call(f"{many} by {query[:40]}", "GET", f"/v3/{many}?{query}") for query in queries]


def _names(member: str, fields: dict[str, Any]) -> list[Exchange]:
    """What counts as the same name, on creation and when renamed, and by which names lists find it."""
    many = f"/v3/{member}s"

    def create(name: str, **save: str) -> Exchange:
        return saving(call(f"{member} {name!r}", "POST", many, {member: {"name": name, **fields}}), save)

    def rename(name: str) -> Exchange:
        return call(f"{member} renamed {name!r}", "PATCH", f"{many}/${{it}}", {member: {"name": name}})

    return [
        create("rec-Näme", it=f"{member}.id"),
        *(create(name) for name in _SAME),
        create("rec-other", other=f"{member}.id"),
        *_filters(f"{member}s"),
        *(rename(name) for name in (*_SAME, "rec-OTHER", *_OTHER, "rec-Näme")),
        call(f"{member} by its id in capitals", "GET", f"{many}/${{IT}}"),
        call(f"{member} by its id with a blank", "GET", f"{many}/${{it}}%20"),
        call(f"{member} updated by its id in capitals", "PATCH", f"{many}/${{IT}}", {member: {"description": "x"}}),
        call(
            f"{member} updated with its id in capitals",
            "PATCH",
            f"{many}/${{it}}",
            {member: {"id": "${IT}", "description": "x"}},
        ),
        call(f"{member} deleted by its id in capitals", "DELETE", f"{many}/${{OTHER}}"),
        call(f"{member} deleted by its id", "DELETE", f"{many}/${{other}}"),  # of domains, the case counts
        call(f"{member} deleted", "DELETE", f"{many}/${{it}}"),
    ]


_LOGINS = [
    login("user in capitals", who("DEMO"), project("demo"), path=NOCATALOG),
    login("user with a blank", who("demo "), project("demo"), path=NOCATALOG),
    login("user with a blank in front", who(" demo"), project("demo"), path=NOCATALOG),
    login("user with an accent", who("démo"), project("demo"), path=NOCATALOG),
    login("domain by its id as a name", who("demo", domain={"name": "default"}), project("demo"), path=NOCATALOG),
    login("domain in capitals", who("demo", domain={"name": "DEFAULT "}), project("demo"), path=NOCATALOG),
    login("domain's id in capitals", who("demo", domain={"id": "DEFAULT"}), project("demo"), path=NOCATALOG),
    login("domain's name as an id", who("demo", domain={"id": "Default"}), project("demo"), path=NOCATALOG),
    login("domain's id with a blank", who("demo", domain={"id": "default "}), project("demo"), path=NOCATALOG),
    login("project in capitals", who("demo"), project("Demo"), path=NOCATALOG),
    login("project with an accent", who("demo"), project("demô "), path=NOCATALOG),
    login("project in a domain by name", who("demo"), project("demo", {"name": "default"}), path=NOCATALOG),
    login("project in a domain by id", who("demo"), project("demo", {"id": "DEFAULT"}), path=NOCATALOG),
    login(
        "project by id in capitals", who("demo"), {"project": {"id": "${DEMO_PROJECT}"}}, path=NOCATALOG, **sign("caps")
    ),
    call("list by a token for an id in capitals", "GET", "/v3/auth/projects", token="caps"),
    call("own project by a token for an id in capitals", "GET", "/v3/projects/${demo_project}", token="caps"),
    login(
        "user by id in capitals",
        {"methods": ["password"], "password": {"user": {"id": "${DEMO_ID}", "password": "secret"}}},
        project("demo"),
        path=NOCATALOG,
        **sign("caps"),
    ),
    call("list by a user's id in capitals", "GET", "/v3/auth/projects", token="caps"),
    call("oneself by one's id in capitals", "GET", "/v3/users/${DEMO_ID}", token="demo"),
    call("own projects by one's id in capitals", "GET", "/v3/users/${DEMO_ID}/projects", token="demo"),
    call("own project by its id in capitals", "GET", "/v3/projects/${DEMO_PROJECT}", token="demo"),
    call("own domain by its id in capitals", "GET", "/v3/domains/DEFAULT", token="demo"),
    login("password in capitals", who("demo", "SECRET"), project("demo"), path=NOCATALOG),
]

_TAGS = [
    call(
        "project with a tag",
        "POST",
        "/v3/projects",
        {"project": {"name": "rec-tagged", "tags": ["tag"]}},
        it="project.id",
    ),
    call("tag in capitals shown", "GET", "/v3/projects/${it}/tags/TAG"),
    call("tag in capitals added", "PUT", "/v3/projects/${it}/tags/TAG"),
    call("tag with an accent added", "PUT", "/v3/projects/${it}/tags/t%C3%A4g"),
    call("tags after that", "GET", "/v3/projects/${it}/tags"),
    *(
        call(f"projects by {query}", "GET", f"/v3/projects?{query}")
        for query in ("tags=TAG", "tags=tag", "tags-any=TAG,x", "not-tags=TAG", "not-tags-any=TAG", "not-tags-any=tag")
    ),
    call("tags in two cases", "PUT", "/v3/projects/${it}/tags", {"tags": ["tag", "TAG"]}),
    call("tags in another case", "PUT", "/v3/projects/${it}/tags", {"tags": ["TAG"]}),
    call("tag in small letters deleted", "DELETE", "/v3/projects/${it}/tags/tag"),
    call("projects by a parent in capitals", "GET", "/v3/projects?parent_id=DEFAULT&name=rec-tagged"),
    call("projects by a domain in capitals", "GET", "/v3/projects?domain_id=DEFAULT&name=rec-tagged"),
    call(
        "project in a domain in capitals",
        "POST",
        "/v3/projects",
        {"project": {"name": "rec-caps", "domain_id": "DEFAULT"}},
    ),
    call("projects in a domain in capitals", "GET", "/v3/projects?name=rec-caps", caps="projects.0.id"),
    call(
        "project below one in capitals",
        "POST",
        "/v3/projects",
        {"project": {"name": "rec-below", "parent_id": "${IT}"}},
    ),
    call("projects below one in capitals", "GET", "/v3/projects?parent_id=${it}", below="projects.0.id"),
    call(
        "project moved to its domain in capitals", "PATCH", "/v3/projects/${it}", {"project": {"domain_id": "DEFAULT"}}
    ),
    call("project below deleted", "DELETE", "/v3/projects/${below}"),
    call("project in capitals deleted", "DELETE", "/v3/projects/${caps}"),
    call("tagged project deleted", "DELETE", "/v3/projects/${it}"),
]

_USER = {"user": {"name": "rec-Üser", "password": "secret"}}
_ROLES = "/v3/projects/${p}/users/${u}/roles"

_GRANTS = [
    call("user of grants", "POST", "/v3/users", _USER, u="user.id"),
    call("project of grants", "POST", "/v3/projects", {"project": {"name": "rec-Project"}}, p="project.id"),
    call("group of grants", "POST", "/v3/groups", {"group": {"name": "rec-Group"}}, g="group.id"),
    # Real Keystone stores the ids as they are written here, and shows them so in links from then on.
    call("grant with ids in capitals", "PUT", "/v3/projects/${P}/users/${U}/roles/${ROLE_MEMBER}"),
    call("grant with ids in capitals checked", "HEAD", f"{_ROLES}/${{role_member}}"),
    call("grant with ids in capitals taken away", "DELETE", f"{_ROLES}/${{role_member}}"),
    call("grant", "PUT", f"{_ROLES}/${{role_member}}"),
    call("grant checked", "HEAD", f"{_ROLES}/${{role_member}}"),
    call("grant checked with a role in capitals", "HEAD", f"{_ROLES}/${{ROLE_MEMBER}}"),
    call("grants with ids in capitals", "GET", "/v3/projects/${P}/users/${U}/roles"),
    call("assignments by a user in capitals", "GET", "/v3/role_assignments?user.id=${U}"),
    call("assignments by a user", "GET", "/v3/role_assignments?user.id=${u}"),
    call("assignments by a project in capitals", "GET", "/v3/role_assignments?scope.project.id=${P}&include_names"),
    call("assignments by a role in capitals", "GET", "/v3/role_assignments?role.id=${ROLE_MEMBER}&user.id=${u}"),
    call("effective assignments in capitals", "GET", "/v3/role_assignments?user.id=${U}&effective"),
    login("user with a grant", who("REC-user"), project("REC-project"), path=NOCATALOG),
    call("projects of a user with a grant", "GET", "/v3/users/${u}/projects"),
    call("grant taken away with ids in capitals", "DELETE", "/v3/projects/${P}/users/${U}/roles/${ROLE_MEMBER}"),
    call("grants after that", "GET", _ROLES),
    call("member with ids in capitals", "PUT", "/v3/groups/${G}/users/${U}"),
    call("member checked in capitals", "HEAD", "/v3/groups/${G}/users/${u}"),
    call("members by a group in capitals", "GET", "/v3/groups/${G}/users"),
    call("members by a name in capitals", "GET", "/v3/groups/${g}/users?name=REC-USER"),
    call("groups by a user in capitals", "GET", "/v3/users/${U}/groups"),
    call("groups by a user and a name in capitals", "GET", "/v3/users/${u}/groups?name=REC-GROUP"),
    call("member removed in capitals", "DELETE", "/v3/groups/${G}/users/${U}"),
    call("implied roles in capitals", "GET", "/v3/roles/${ROLE_MEMBER}/implies"),
    call("implied role in capitals", "GET", "/v3/roles/${ROLE_MEMBER}/implies/${ROLE_READER}"),
    call("users by a domain in capitals", "GET", "/v3/users?domain_id=DEFAULT&name=rec-User"),
    call("groups by a domain in capitals", "GET", "/v3/groups?domain_id=DEFAULT&name=rec-Group"),
    call("users by enabled in capitals", "GET", "/v3/users?enabled=TRUE&name=rec-User"),
    call("roles by a domain in capitals", "GET", "/v3/roles?domain_id=DEFAULT"),
    call("user in a domain in capitals", "POST", "/v3/users", {"user": {"name": "rec-caps", "domain_id": "DEFAULT"}}),
    call("users in a domain in capitals", "GET", "/v3/users?name=rec-caps", caps="users.0.id"),
    call("user in capitals deleted", "DELETE", "/v3/users/${caps}"),
    call("user with a project in capitals", "PATCH", "/v3/users/${u}", {"user": {"default_project_id": "${P}"}}),
    call("grant for a default project", "PUT", f"{_ROLES}/${{role_member}}"),
    login("user with a default project in capitals", who("rec-user"), path=NOCATALOG),
    call(
        "password by an id in capitals",
        "POST",
        "/v3/users/${U}/password",
        {"user": {"original_password": "secret", "password": "secret"}},
    ),
    call("user of grants deleted", "DELETE", "/v3/users/${u}"),
    call("group of grants deleted", "DELETE", "/v3/groups/${g}"),
    call("project of grants deleted", "DELETE", "/v3/projects/${p}"),
]

_CATALOG = [
    call(
        "service in two cases",
        "POST",
        "/v3/services",
        {"service": {"type": "rec-Type", "name": "rec-Näme"}},
        it="service.id",
    ),
    *(
        call(f"services by {query}", "GET", f"/v3/services?{query}")
        for query in (
            "type=REC-TYPE",
            "type=rec-type%20",
            "type__contains=REC-T",
            "type__icontains=REC-T",
            "type__icontains=rec-t_pe",
            "name=rec-N%C3%A4me",
            "name=REC-NAME",
            "name=rec-n%C3%A4me",
            "name__contains=rec-N",
            "name__contains=REC-N",
            "name__icontains=REC-N",
            "name__icontains=rec-name",
            "name__icontains=rec_n",
        )
    ),
    call("service by its id in capitals", "GET", "/v3/services/${IT}"),
    call("region in small letters", "POST", "/v3/regions", {"region": {"id": "rec-region"}}),
    call("region in capitals", "POST", "/v3/regions", {"region": {"id": "REC-REGION"}}),
    call("region with an accent", "POST", "/v3/regions", {"region": {"id": "rec-région"}}),
    call("region put in capitals", "PUT", "/v3/regions/REC-REGION", {"region": {}}),
    call("region shown in capitals", "GET", "/v3/regions/REC-REGION"),
    call("region shown with a blank", "GET", "/v3/regions/rec-region%20"),
    call(
        "region below one in capitals",
        "POST",
        "/v3/regions",
        {"region": {"id": "rec-below", "parent_region_id": "REC-REGION"}},
    ),
    *(
        call(f"regions by {query}", "GET", f"/v3/regions?{query}")
        for query in ("limit=1", "marker=RegionOne", "other=1", "parent_region_id=", "parent_region_id__contains=x")
    ),
    call("regions by something, asked by nobody", "GET", "/v3/regions?other=1", token=None),
    call("users by no name, asked by nobody", "GET", "/v3/users?name=", token=None),
    call("users by no name, asked by a reader", "GET", "/v3/users?name=", token="reader"),
    call("users by enabled perhaps", "GET", "/v3/users?enabled=perhaps"),
    call("users by a domain of two words", "GET", "/v3/users?domain_id=a%20b"),
    call("assignments by a role of two words", "GET", "/v3/role_assignments?role.id=a%20b"),
    call("assignments by an empty role", "GET", "/v3/role_assignments?role.id=&user.id=nobody"),
    call("services by nothing", "GET", "/v3/services?type=&other=1"),
    call("regions below one", "GET", "/v3/regions?parent_region_id=rec-region"),
    call("regions below one, in capitals", "GET", "/v3/regions?parent_region_id=REC-REGION"),
    call(
        "endpoint with ids in capitals",
        "POST",
        "/v3/endpoints",
        {"endpoint": {"interface": "public", "service_id": "${IT}", "url": "http://x/", "region_id": "REC-REGION"}},
        e="endpoint.id",
    ),
    call("endpoint by its id in capitals", "GET", "/v3/endpoints/${E}"),
    call(
        "endpoint of an interface in capitals",
        "POST",
        "/v3/endpoints",
        {"endpoint": {"interface": "PUBLIC", "service_id": "${it}", "url": "http://x/"}},
    ),
    *(
        call(f"endpoints by {query}", "GET", f"/v3/endpoints?{query}")
        for query in (
            "service_id=${it}",
            "service_id=${IT}",
            "region_id=rec-region",
            "region_id=REC-REGION",
            "interface=PUBLIC&service_id=${it}",
            "interface__contains=ubl&service_id=${it}",
        )
    ),
    call("endpoint in a region in capitals", "PATCH", "/v3/endpoints/${E}", {"endpoint": {"region_id": "REC-BELOW"}}),
    call("endpoint in a region of the old way", "PATCH", "/v3/endpoints/${E}", {"endpoint": {"region": "REC-REGION"}}),
    call("regions of the old way", "GET", "/v3/regions"),
    call("endpoint in capitals deleted", "DELETE", "/v3/endpoints/${E}"),
    call("region below deleted", "DELETE", "/v3/regions/REC-BELOW"),
    call("region in capitals deleted", "DELETE", "/v3/regions/REC-REGION"),
    call("service in capitals deleted", "DELETE", "/v3/services/${IT}"),
]


def _credential(name: str, **save: str) -> Exchange:
    body = {"application_credential": {"name": name, "secret": "open", "roles": [{"name": "MEMBER"}]}}
    return saving(call(f"credential {name!r}", "POST", APPCRED, body, token="demo"), save)


_CREDENTIALS = [
    _credential("rec-Näme", it="application_credential.id"),
    _credential("REC-NAME"),
    _credential("rec-name "),
    call(
        "credential with a role's id in capitals",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-x", "roles": [{"id": "${ROLE_MEMBER}"}]}},
        token="demo",
    ),
    *(
        call(f"credentials by {query}", "GET", f"{APPCRED}?{query}", token="demo")
        for query in (
            "name=rec-N%C3%A4me",
            "name=REC-NAME",
            "name__contains=REC",
            "name__icontains=REC-NA",
            "limit=1",
            "name__icontains=&limit=1",
        )
    ),
    call("credential by its id in capitals", "GET", f"{APPCRED}/${{IT}}", token="demo"),
    call("credential of a user in capitals", "GET", "/v3/users/${DEMO_ID}/application_credentials/${it}", token="demo"),
    call("credentials of a user in capitals", "GET", "/v3/users/${DEMO_ID}/application_credentials", token="demo"),
    call("credentials of a user in capitals by admin", "GET", "/v3/users/${DEMO_ID}/application_credentials"),
    call(
        "credential for a user in capitals",
        "POST",
        "/v3/users/${DEMO_ID}/application_credentials",
        {"application_credential": {"name": "rec-y"}},
        token="demo",
    ),
    call("access rules of a user in capitals", "GET", "/v3/users/${DEMO_ID}/access_rules", token="demo"),
    login(
        "credential by id in capitals",
        application_credential(id="${IT}", secret="open"),
        path=NOCATALOG,
        **sign("caps"),
    ),
    call("list by a credential's id in capitals", "GET", "/v3/auth/projects", token="caps"),
    login(
        "credential by name in capitals",
        application_credential(name="REC-NAME", secret="open", user={"name": "DEMO", "domain": DEFAULT}),
        path=NOCATALOG,
    ),
    login(
        "credential by the user's id in capitals",
        application_credential(name="rec-name", secret="open", user={"id": "${DEMO_ID}"}),
        path=NOCATALOG,
    ),
    call("credential deleted by its id in capitals", "DELETE", f"{APPCRED}/${{IT}}", token="demo"),
]

_CREDENTIALS_GONE = [
    call(
        "user of credentials", "POST", "/v3/users", {"user": {"name": "rec-owner", "password": "secret"}}, u="user.id"
    ),
    call("project of credentials", "POST", "/v3/projects", {"project": {"name": "rec-owned"}}, p="project.id"),
    call("first role of credentials", "POST", "/v3/roles", {"role": {"name": "rec-role"}}, r="role.id"),
    call("first role granted", "PUT", "/v3/projects/${p}/users/${u}/roles/${r}"),
    call("second role granted", "PUT", "/v3/projects/${p}/users/${u}/roles/${role_member}"),
    login("user of credentials logs in", who("rec-owner"), project("rec-owned"), path=NOCATALOG, **sign("owner")),
    *(
        exchange
        for name in ("rec-one", "rec-two")
        for exchange in (
            call(
                f"credential {name}",
                "POST",
                "/v3/users/${u}/application_credentials",
                {
                    "application_credential": {
                        "name": name,
                        "roles": [{"name": "member"}],
                        "access_rules": [{"service": "sharev2", "path": "/v2/shares", "method": "GET"}],
                    }
                },
                token="owner",
            ),
            call(f"credentials with {name}", "GET", "/v3/users/${u}/application_credentials"),
            call(f"access rules with {name}", "GET", "/v3/users/${u}/access_rules", token="owner"),
            call("second role taken away", "DELETE", "/v3/projects/${p}/users/${u}/roles/${role_member}"),
            call("credentials without their role", "GET", "/v3/users/${u}/application_credentials"),
            call("second role granted again", "PUT", "/v3/projects/${p}/users/${u}/roles/${role_member}"),
            call("first role deleted", "DELETE", "/v3/roles/${r}")
            if name == "rec-one"
            else call("user of credentials disabled", "PATCH", "/v3/users/${u}", {"user": {"enabled": False}}),
            call(f"credentials after {name}", "GET", "/v3/users/${u}/application_credentials"),
            call(f"user of credentials enabled after {name}", "PATCH", "/v3/users/${u}", {"user": {"enabled": True}}),
            login(
                f"user of credentials logs in after {name}",
                who("rec-owner"),
                project("rec-owned"),
                path=NOCATALOG,
                **sign("owner"),
            ),
        )
    ),
    call("user of credentials deleted", "DELETE", "/v3/users/${u}"),
    call("project of credentials deleted", "DELETE", "/v3/projects/${p}"),
]

COLLATION: list[Exchange] = [
    *_LOGINS,
    *(exchange for member, fields in _KINDS.items() for exchange in _names(member, fields)),
    *_TAGS,
    *_GRANTS,
    *_CATALOG,
    *_CREDENTIALS,
    *_CREDENTIALS_GONE,
]
