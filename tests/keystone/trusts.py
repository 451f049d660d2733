"""The part of the conversation with real Keystone that is about trusts. It follows upon `exchanges`, which logs in."""

from __future__ import annotations

from typing import Any

from .conversing import (
    APPCRED,
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

PATH = "/v3/OS-TRUST/trusts"
ONE = f"{PATH}/${{trust}}"


def moment(month: int, day: int = 1) -> str:
    """A time that no earlier conversation has named: two trusts that end at once are one too many, deleted or not."""
    return f"${{year}}-{month:02}-{day:02}T00:00:00Z"


def trust(**fields: Any) -> dict[str, Any]:
    """A body: demo lets alt_demo do what members of the project demo may, as itself."""
    wanted = {
        "trustor_user_id": "${demo_id}",
        "trustee_user_id": "${alt_id}",
        "project_id": "${demo_project}",
        "impersonation": True,
        "roles": [{"name": "member"}],
        **fields,
    }
    return {"trust": {name: value for name, value in wanted.items() if value is not ...}}


def make(name: str, *, token: str | None = "demo", as_: str = "made_trust", **fields: Any) -> Exchange:
    return saving(call(f"making a trust {name}", "POST", PATH, trust(**fields), token=token), {as_: "trust.id"})


def use(name: str, which: str = "trust", *, user: str = "alt_demo", **save: str) -> Exchange:
    """A login with a trust."""
    scope = {"OS-TRUST:trust": {"id": f"${{{which}}}"}}
    return login(f"login {name}", who(user), scope, path=NOCATALOG, **save)


def drop(name: str, which: str = "made_trust", *, token: str | None = "demo") -> Exchange:
    return call(f"deleting a trust {name}", "DELETE", f"{PATH}/${{{which}}}", token=token)


def as_seen_by(name: str, method: str, path: str, *tokens: str | None) -> list[Exchange]:
    return [call(f"{name} by {token or 'nobody'}", method, path, token=token) for token in tokens]


EVERYBODY = ("demo", "alt", "reader", "manager", "admin", "system", "service", "unscoped", None)

MAKING = [
    call("the reader", "GET", "/v3/users?name=demo_reader", reader_id="users.0.id"),
    call("the administrator", "GET", "/v3/users?name=admin", admin_id="users.0.id"),
    make("to begin with", as_="trust"),
    *(
        exchange
        for name, fields in (
            ("of roles by id", {"roles": [{"id": "${role_member}"}]}),
            ("of a role twice", {"roles": [{"name": "member"}, {"id": "${role_member}"}]}),
            ("of an implied role", {"roles": [{"name": "reader"}]}),
            ("without impersonation", {"impersonation": False}),
            ("until then", {"expires_at": moment(1)}),
            ("until then and no zone", {"expires_at": moment(2).rstrip("Z")}),
            ("until then elsewhere", {"expires_at": moment(3).replace("Z", "+02:00")}),
            ("until a moment", {"expires_at": moment(4).replace("Z", ".123456Z")}),
            ("for no time", {"expires_at": None}),
            ("to be used twice", {"remaining_uses": 2}),
            ("to be used any number of times", {"remaining_uses": None}),
            ("to be passed on", {"allow_redelegation": True}),
            ("to be passed on twice", {"allow_redelegation": True, "redelegation_count": 2}),
            ("to be passed on never", {"allow_redelegation": True, "redelegation_count": 0}),
            ("perhaps to be passed on", {"allow_redelegation": None}),
            ("not to be passed on twice", {"redelegation_count": 2}),
            ("to be passed on null times", {"allow_redelegation": True, "redelegation_count": None}),
            ("of nothing", {"project_id": None, "roles": []}),
            ("of nothing at all", {"project_id": ..., "roles": ...}),
            ("of roles nowhere", {"project_id": ...}),
            ("for oneself", {"trustee_user_id": "${demo_id}"}),
            ("with more", {"more": "rec-more", "id": "rec-id", "deleted_at": None, "links": {}}),
        )
        for exchange in (make(name, **fields), drop(name))
    ),
    *(
        make(name, **fields)
        for name, fields in (
            ("of no roles", {"roles": []}),
            ("of no named roles", {"roles": ...}),
            ("of a null role", {"roles": None}),
            ("of a role that one hasn't", {"roles": [{"name": "admin"}]}),
            ("of a role that one hasn't by id", {"roles": [{"id": "${role_admin}"}]}),
            ("of an unknown role", {"roles": [{"name": "rec-nosuch"}]}),
            ("of an unknown role by id", {"roles": [{"id": "${demo_id}"}]}),
            ("of an empty role", {"roles": [{}]}),
            ("of a role with both", {"roles": [{"id": "${role_member}", "name": "member"}]}),
            ("of a role that is a word", {"roles": ["member"]}),
            ("in an unknown project", {"project_id": "${demo_id}"}),
            ("in another project", {"project_id": "${alt_project}"}),
            ("for an unknown trustee", {"trustee_user_id": "${demo_project}"}),
            ("of another trustor", {"trustor_user_id": "${alt_id}"}),
            ("of an unknown trustor", {"trustor_user_id": "${demo_project}"}),
            ("without a trustor", {"trustor_user_id": ...}),
            ("without a trustee", {"trustee_user_id": ...}),
            ("without a word on impersonation", {"impersonation": ...}),
            ("with a null trustee", {"trustee_user_id": None}),
            ("perhaps impersonating", {"impersonation": "true"}),
            ("null impersonating", {"impersonation": None}),
            ("until the past", {"expires_at": "2000-01-01T00:00:00Z"}),
            ("until nonsense", {"expires_at": "rec-nonsense"}),
            ("until a number", {"expires_at": 5}),
            ("until nothing", {"expires_at": ""}),
            ("to be used never", {"remaining_uses": 0}),
            ("to be used less than never", {"remaining_uses": -1}),
            ("to be used some time", {"remaining_uses": "some"}),
            ("to be used half", {"remaining_uses": 1.5}),
            ("to be passed on and used twice", {"allow_redelegation": True, "remaining_uses": 2}),
            ("to be passed on too often", {"allow_redelegation": True, "redelegation_count": 4}),
            ("to be passed on less than never", {"allow_redelegation": True, "redelegation_count": -1}),
            ("to be passed on some times", {"allow_redelegation": True, "redelegation_count": "some"}),
            ("to be passed on if you like", {"allow_redelegation": "true"}),
            ("of a project that is a number", {"project_id": 5}),
        )
    ),
    *(make(f"by {token or 'nobody'}", token=token) for token in ("alt", "admin", "system", None)),
    make("by an unscoped token", token="unscoped"),
    drop("by an unscoped token"),
    make("by an administrator of oneself", token="system", trustor_user_id="${admin_id}", project_id=..., roles=...),
    call("trust without envelope", "POST", PATH, {}, token="demo"),
    call("trust that is null", "POST", PATH, {"trust": None}, token="demo"),
    call("trust beside something", "POST", PATH, {**trust(), "other": 1}, token="demo"),
    call("trust without envelope by nobody", "POST", PATH, {}, token=None),
    make("until the same moment", as_="first", expires_at=moment(5)),
    make("until the same moment again", expires_at=moment(5).replace("Z", ".5Z")),
    drop("until the same moment", "first"),
]

READING = [
    *as_seen_by("trust", "GET", ONE, *EVERYBODY),
    *as_seen_by("trust", "HEAD", ONE, "demo", "reader"),
    *as_seen_by("unknown trust", "GET", f"{PATH}/${{demo_id}}", "demo", "admin", None),
    call("trust in capitals", "GET", f"{PATH}/${{TRUST}}", token="demo"),
    *as_seen_by("roles of a trust", "GET", f"{ONE}/roles", *EVERYBODY),
    *as_seen_by("roles of a trust", "HEAD", f"{ONE}/roles", "demo"),
    *as_seen_by("roles of an unknown trust", "GET", f"{PATH}/${{demo_id}}/roles", "demo", None),
    *as_seen_by("role of a trust", "GET", f"{ONE}/roles/${{role_member}}", *EVERYBODY),
    *as_seen_by("role of a trust", "HEAD", f"{ONE}/roles/${{role_member}}", "demo", "reader"),
    *as_seen_by("other role of a trust", "GET", f"{ONE}/roles/${{role_admin}}", "demo", "reader"),
    *as_seen_by("other role of a trust", "HEAD", f"{ONE}/roles/${{role_reader}}", "demo"),
    *as_seen_by("unknown role of a trust", "GET", f"{ONE}/roles/rec-nosuch", "demo"),
    *as_seen_by("trusts", "GET", PATH, *EVERYBODY),
    *as_seen_by("trusts by demo", "GET", f"{PATH}?trustor_user_id=${{demo_id}}", *EVERYBODY),
    *as_seen_by("trusts for alt_demo", "GET", f"{PATH}?trustee_user_id=${{alt_id}}", *EVERYBODY),
    *as_seen_by(
        "trusts by demo for alt_demo",
        "GET",
        f"{PATH}?trustor_user_id=${{demo_id}}&trustee_user_id=${{alt_id}}",
        "demo",
        "alt",
        "admin",
    ),
    *as_seen_by("trusts by another filter", "GET", f"{PATH}?name=x", "demo", "admin"),
    *as_seen_by("trusts by nobody", "GET", f"{PATH}?trustor_user_id=", "demo", "admin"),
    *as_seen_by("trusts, limited", "GET", f"{PATH}?trustor_user_id=${{demo_id}}&limit=1", "demo"),
    *as_seen_by("trusts by somebody unknown", "GET", f"{PATH}?trustor_user_id=rec-nosuch", "demo", "admin"),
    *as_seen_by("trusts in capitals", "GET", f"{PATH}?trustor_user_id=${{DEMO_ID}}", "demo", "admin"),
    *as_seen_by("trusts", "HEAD", f"{PATH}?trustor_user_id=${{demo_id}}", "demo"),
]

TRUSTED = {"methods": ["token"], "token": {"id": "${trusted}"}}
OWN_CREDENTIALS = "/v3/users/${alt_id}/application_credentials"

USING = [
    use("with a trust", **sign("trusted")),
    login("login with a trust and a catalog", who("alt_demo"), {"OS-TRUST:trust": {"id": "${trust}"}}),
    use("with a trust by its trustor", user="demo"),
    use("with a trust by somebody else", user="demo_reader"),
    use("with an unknown trust", "demo_id"),
    use("with a trust in capitals", "TRUST"),
    login("login with a trust without an id", who("alt_demo"), {"OS-TRUST:trust": {}}),
    login("login with an empty trust", who("alt_demo"), {"OS-TRUST:trust": {"id": ""}}),
    login("login with a trust that is a word", who("alt_demo"), {"OS-TRUST:trust": "x"}),
    login("login with a trust by name", who("alt_demo"), {"OS-TRUST:trust": {"name": "x"}}),
    login("login with a trust and a project", who("alt_demo"), {"OS-TRUST:trust": {"id": "x"}, **project("demo")}),
    login(
        "login by token with a trust",
        {"methods": ["token"], "token": {"id": "${alt}"}},
        {"OS-TRUST:trust": {"id": "${trust}"}},
        path=NOCATALOG,
        **sign("trusted_by_token"),
    ),
    *(
        call(f"{name} with a trust's token", method, path, token="trusted", subject=subject)
        for name, method, path, subject in (
            ("itself", "GET", NOCATALOG, "trusted"),
            ("itself", "HEAD", NOCATALOG, "trusted"),
            ("the trustee's token", "GET", NOCATALOG, "alt"),
            ("the trustor's token", "GET", NOCATALOG, "demo"),
            ("projects", "GET", "/v3/auth/projects", None),
            ("domains", "GET", "/v3/auth/domains", None),
            ("system", "GET", "/v3/auth/system", None),
            ("catalog", "GET", "/v3/auth/catalog", None),
            ("the trustor", "GET", "/v3/users/${demo_id}", None),
            ("the trustee", "GET", "/v3/users/${alt_id}", None),
            ("the trustor's groups", "GET", "/v3/users/${demo_id}/groups", None),
            ("the project", "GET", "/v3/projects/${demo_project}", None),
            ("the trust", "GET", ONE, None),
            ("the trusts by the trustor", "GET", f"{PATH}?trustor_user_id=${{demo_id}}", None),
            ("the trusts for the trustee", "GET", f"{PATH}?trustee_user_id=${{alt_id}}", None),
            ("application credentials", "GET", APPCRED, None),
            ("the trustee's application credentials", "GET", OWN_CREDENTIALS, None),
            ("an unknown application credential", "GET", f"{APPCRED}/nothing", None),
            ("an unknown application credential deleted", "DELETE", f"{APPCRED}/nothing", None),
            ("access rules", "GET", "/v3/users/${demo_id}/access_rules", None),
            ("an unknown access rule", "GET", "/v3/users/${demo_id}/access_rules/nothing", None),
            ("an unknown access rule deleted", "DELETE", "/v3/users/${demo_id}/access_rules/nothing", None),
        )
    ),
    call(
        "application credential with a trust's token",
        "POST",
        APPCRED,
        {"application_credential": {"name": "rec-trusted"}},
        token="trusted",
    ),
    call("trust's token shown to a service", "GET", NOCATALOG, token="service", subject="trusted"),
    call("trust's token shown to its trustee", "GET", NOCATALOG, token="alt", subject="trusted"),
    call("trust's token shown to its trustor", "GET", NOCATALOG, token="demo", subject="trusted"),
    login("token for a trust's token", TRUSTED, path=NOCATALOG),
    login("token for a trust's token, scoped", TRUSTED, project("demo"), path=NOCATALOG),
    login("token for a trust's token, unscoped", TRUSTED, "unscoped", path=NOCATALOG),
    login("token for a trust's token, trusted", TRUSTED, {"OS-TRUST:trust": {"id": "${trust}"}}, path=NOCATALOG),
    make("passed on that may not be", token="trusted", trustee_user_id="${reader_id}"),
    make("in the name of the trustee", token="trusted", trustor_user_id="${alt_id}"),
    call("trust's token revoked by its trustee", "DELETE", "/v3/auth/tokens", token="alt", subject="trusted_by_token"),
    call("trust's token revoked by itself", "DELETE", "/v3/auth/tokens", token="trusted", subject="trusted_by_token"),
    call("trust's token used after that", "GET", "/v3/auth/projects", token="trusted_by_token"),
    make("without impersonation, kept", as_="plain_trust", impersonation=False),
    use("without impersonation", "plain_trust", **sign("plainly")),
    call("itself without impersonation", "GET", NOCATALOG, token="plainly", subject="plainly"),
    call("the project without impersonation", "GET", "/v3/projects/${demo_project}", token="plainly"),
    call("projects without impersonation", "GET", "/v3/auth/projects", token="plainly"),
    call("the trust without impersonation", "GET", f"{PATH}/${{plain_trust}}", token="plainly"),
    call("another trust without impersonation", "GET", ONE, token="plainly"),
    drop("without impersonation, by its trustee", "plain_trust", token="alt"),
    drop("without impersonation, by somebody", "plain_trust", token="reader"),
    drop("without impersonation, by nobody", "plain_trust", token=None),
    drop("without impersonation, by its own token", "plain_trust", token="plainly"),
    drop("without impersonation, by admin", "plain_trust", token="admin"),
    drop("without impersonation, again", "plain_trust", token="admin"),
    call("token of a deleted trust", "GET", "/v3/auth/projects", token="plainly"),
    call("token of a deleted trust shown", "GET", NOCATALOG, subject="plainly"),
    use("with a deleted trust", "plain_trust"),
    make("of nothing, kept", as_="empty_trust", project_id=None, roles=[]),
    use("with a trust of nothing", "empty_trust"),
    make("for twice", as_="twice", remaining_uses=2),
    use("for the first time of two", "twice"),
    call("trust used once of two", "GET", f"{PATH}/${{twice}}", token="demo"),
    drop("for twice", "twice"),
    make("until soon enough", as_="brief", expires_at=moment(6)),
    use("until soon enough", "brief"),
    call("trust until soon enough", "GET", f"{PATH}/${{brief}}", token="demo"),
    drop("until soon enough", "brief"),
    drop("of nothing, kept", "empty_trust"),
]

PASSING_ON = [
    make("to be passed on, kept", as_="root", allow_redelegation=True, expires_at=moment(7)),
    use("to be passed on", "root", **sign("rooted")),
    *(
        make(f"passed on {name}", token="rooted", trustee_user_id="${reader_id}", **fields)
        for name, fields in (
            ("with uses", {"remaining_uses": 1}),
            ("for longer", {"expires_at": moment(7, 2)}),
            ("with another role", {"roles": [{"name": "reader"}]}),
            ("with a count", {"allow_redelegation": True, "redelegation_count": 1}),
            ("in another project", {"project_id": "${alt_project}"}),
        )
    ),
    make(
        "passed on with the right count",
        token="rooted",
        trustee_user_id="${reader_id}",
        allow_redelegation=True,
        redelegation_count=2,
        expires_at=moment(6, 15),
    ),
    drop("passed on with the right count", token="rooted"),
    make("passed on", token="rooted", as_="passed", trustee_user_id="${reader_id}", allow_redelegation=True),
    call("trust passed on", "GET", f"{PATH}/${{passed}}", token="demo"),
    call("trust passed on by its trustee", "GET", f"{PATH}/${{passed}}", token="reader"),
    use("with a trust passed on", "passed", user="demo_reader", **sign("passed_token")),
    call("trust's token passed on", "GET", "/v3/auth/projects", token="passed_token"),
    make("passed on to the end", token="passed_token", as_="last_trust", trustee_user_id="${alt_id}"),
    use("with the last trust", "last_trust", **sign("last_token")),
    make("passed on beyond the end", token="last_token", trustee_user_id="${reader_id}"),
    make("passed on without impersonation", token="rooted", as_="plain_trust", impersonation=False),
    use("passed on without impersonation", "plain_trust", **sign("plainly")),
    make("passed on with impersonation again", token="plainly", trustor_user_id="${alt_id}"),
    drop("at the root", "root"),
    call("trust passed on, after its root", "GET", f"{PATH}/${{passed}}", token="demo"),
    call("trust at the end, after its root", "GET", f"{PATH}/${{last_trust}}", token="demo"),
    call("token passed on, after its root", "GET", "/v3/auth/projects", token="passed_token"),
]


def user(what: str, name: str, as_: str) -> Exchange:
    body = {"name": name, "domain_id": "default", "password": "rec-secret"}
    return saving(call(what, "POST", "/v3/users", {"user": body}), {as_: "user.id"})


LOSING_GROUND = [
    user("a trustor", "rec-trustor", as_="trustor"),
    call("its role", "PUT", "/v3/projects/${demo_project}/users/${trustor}/roles/${role_member}"),
    login("trustor", who("rec-trustor", "rec-secret"), project("demo"), path=NOCATALOG, **sign("trustor_token")),
    make("for once", token="trustor_token", as_="once", trustor_user_id="${trustor}", remaining_uses=1),
    use("for once", "once", **sign("once_token")),
    use("for a second time", "once"),
    call("trust used up", "GET", f"{PATH}/${{once}}", token="trustor_token"),
    call("trusts, one used up", "GET", f"{PATH}?trustor_user_id=${{trustor}}", token="trustor_token"),
    call("token for once", "GET", "/v3/auth/projects", token="once_token"),
    drop("for once", "once", token="trustor_token"),
    make("of a trustor", token="trustor_token", as_="his", trustor_user_id="${trustor}"),
    use("of a trustor", "his", **sign("his_token")),
    call("its role taken", "DELETE", "/v3/projects/${demo_project}/users/${trustor}/roles/${role_member}"),
    use("without the role", "his"),
    call("token without the role", "GET", "/v3/auth/projects", token="his_token"),
    call("token without the role shown", "GET", NOCATALOG, subject="his_token"),
    call("trust without the role", "GET", f"{PATH}/${{his}}"),
    call("its role given back", "PUT", "/v3/projects/${demo_project}/users/${trustor}/roles/${role_member}"),
    use("with the role again", "his", **sign("his_token")),
    call("the trustor disabled", "PATCH", "/v3/users/${trustor}", {"user": {"enabled": False}}),
    use("of a disabled trustor", "his"),
    call("trust of a disabled trustor", "GET", f"{PATH}/${{his}}"),
    call("the trustor deleted", "DELETE", "/v3/users/${trustor}"),
    call("trust of a deleted trustor", "GET", f"{PATH}/${{his}}"),
    use("of a deleted trustor", "his"),
    call("trusts by a deleted trustor", "GET", f"{PATH}?trustor_user_id=${{trustor}}"),
    user("a trustee", "rec-trustee", as_="trustee"),
    make("for a trustee", as_="his", trustee_user_id="${trustee}"),
    login(
        "login of a trustee without any role",
        who("rec-trustee", "rec-secret"),
        {"OS-TRUST:trust": {"id": "${his}"}},
        path=NOCATALOG,
        **sign("his_token"),
    ),
    call("token of a trustee", "GET", "/v3/auth/projects", token="his_token"),
    call("the trustee deleted", "DELETE", "/v3/users/${trustee}"),
    call("token of a deleted trustee shown", "GET", NOCATALOG, subject="his_token"),
    call("trust for a deleted trustee", "GET", f"{PATH}/${{his}}"),
    call("a project for a trust", "POST", "/v3/projects", {"project": {"name": "rec-trusted"}}, place="project.id"),
    call("role for a trust", "PUT", "/v3/projects/${place}/users/${demo_id}/roles/${role_member}"),
    make("in a project of its own", as_="his", project_id="${place}"),
    use("in a project of its own", "his", **sign("his_token")),
    call("the project of a trust disabled", "PATCH", "/v3/projects/${place}", {"project": {"enabled": False}}),
    use("in a disabled project", "his"),
    call("token for a trust in a disabled project", "GET", NOCATALOG, subject="his_token"),
    call("the project of a trust deleted", "DELETE", "/v3/projects/${place}"),
    use("in a deleted project", "his"),
    call("trust in a deleted project", "GET", f"{PATH}/${{his}}", token="demo"),
    call("trusts with one in a deleted project", "GET", f"{PATH}?trustor_user_id=${{demo_id}}", token="demo"),
]


def _by_credential(name: str, *, unrestricted: bool) -> list[Exchange]:
    wanted = {"application_credential": {"name": f"rec-{name}", "secret": "open", "unrestricted": unrestricted}}
    return [
        call(f"{name} credential for trusts", "POST", APPCRED, wanted, token="demo", cred="application_credential.id"),
        login(f"with the {name} one", application_credential(id="${cred}", secret="open"), **sign("delegated")),
        make(f"by credential, {name}", token="delegated"),
        call(f"trust by credential, {name}", "GET", ONE, token="delegated"),
        call(f"trusts by credential, {name}", "GET", f"{PATH}?trustor_user_id=${{demo_id}}", token="delegated"),
        call(f"all trusts by credential, {name}", "GET", PATH, token="delegated"),
        call(f"roles by credential, {name}", "GET", f"{ONE}/roles", token="delegated"),
        call(f"role by credential, {name}", "GET", f"{ONE}/roles/${{role_member}}", token="delegated"),
        call(f"trust deleted by credential, {name}", "DELETE", ONE, token="delegated"),
        call(f"{name} credential for trusts, deleted", "DELETE", f"{APPCRED}/${{cred}}", token="demo"),
    ]


TRUSTS: list[Exchange] = [
    *MAKING,
    *READING,
    *USING,
    *PASSING_ON,
    *_by_credential("restricted", unrestricted=False),
    *_by_credential("unrestricted", unrestricted=True),
    *LOSING_GROUND,
    call("trust's token before the end", "GET", "/v3/auth/projects", token="trusted"),
    drop("of all", "trust"),
    call("trust's token at the end", "GET", "/v3/auth/projects", token="trusted"),
]
