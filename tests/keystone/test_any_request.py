"""Whatever is sent, there is an answer."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from fakemanila.keystone import request_schemas
from fakemanila.keystone.identity_calls import ROUTES
from fakemanila.keystone.identity_request import IdentityRequest
from fakemanila.keystone.service import Identity
from fakemanila.world.clock import Clock
from fakemanila.world.seeded import Seeded

from .asking import ask, matched
from .conftest import START, login

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def maybe(**fields: Any) -> st.SearchStrategy[Any]:
    """An object with some of those fields, each of them as it should be or anything else, or anything at all."""
    return st.fixed_dictionaries({}, optional={key: value | JSON for key, value in fields.items()}) | JSON


NAMES = st.sampled_from(["demo", "admin", "Default", "default", "secret", "", "nobody"])
DOMAIN = maybe(id=NAMES, name=NAMES)
USER = maybe(id=NAMES, name=NAMES, password=NAMES, domain=DOMAIN)
METHODS = st.lists(st.sampled_from(["password", "token", "application_credential", "totp"]), max_size=3)
CREDENTIAL = maybe(id=NAMES, name=NAMES, secret=NAMES, user=USER)
IDENTITY = maybe(methods=METHODS, password=maybe(user=USER), token=maybe(id=NAMES), application_credential=CREDENTIAL)
SCOPE = maybe(project=maybe(id=NAMES, name=NAMES, domain=DOMAIN), domain=DOMAIN, system=maybe(all=st.booleans()))
BODY = maybe(auth=maybe(identity=IDENTITY, scope=SCOPE | st.sampled_from(["unscoped", "", "project"])))


def new(mode: str = "strict") -> Identity:
    return Identity(Clock(rate=0, start=START), Seeded(7), mode=mode)


@given(body=BODY, mode=st.sampled_from(["strict", "open"]))
@example(body={"auth": {"identity": {"methods": ["password"], "password": {"user": None}}}}, mode="strict")
@example(body={"auth": {"identity": {"methods": [[]]}}}, mode="strict")
@example(body={"auth": {"identity": {"methods": []}, "scope": "project"}}, mode="open")
def test_a_request_for_a_token_is_granted_or_refused(body: Any, mode: str) -> None:
    reply = ask(new(mode), "POST", "/v3/auth/tokens", body)
    assert reply.status in (201, 400, 401, 403, 404)
    if reply.status != 201:
        assert reply.body["error"]["code"] == reply.status
        assert reply.body["error"].keys() >= {"code", "message", "title"}


GIVEN = request_schemas.FIELDS.values()
OTHERS = {"id", "links", "extra", "roles", "secret", "expires_at", "access_rules", "original_password", "tags"}
FIELDS = st.sampled_from(sorted({"explicit_domain_id", *OTHERS, *(name for fields in GIVEN for name in fields)}))
MEMBERS = ["project", "user", "domain", "role", "group", "service", "endpoint", "region", "application_credential"]
RECORD = st.dictionaries(FIELDS, JSON | NAMES | st.lists(NAMES), max_size=5)


@given(data=st.data())
def test_every_call_answers_every_body(data: st.DataObject) -> None:
    identity = new()
    token = login(identity, "admin", "admin")
    route = data.draw(st.sampled_from(ROUTES))
    ids = [*identity.users, *identity.projects, *identity.roles, "default", "RegionOne", "nothing", *MEMBERS]
    path = "/".join(
        data.draw(st.sampled_from(ids)) if step.startswith("{") else step for step in route.template.split("/")
    )
    inner: Any = data.draw(RECORD | JSON)
    members = [member for member in MEMBERS if f"{member}s" in route.template]
    wrapped: bool = bool(members) and data.draw(st.booleans())
    body = {members[-1]: inner} if wrapped else inner
    reply = ask(identity, route.method, path, body, token=token, subject=token)
    assert 200 <= reply.status < 500
    # A refused or accepted record must not spoil what comes after.
    for name in ("users", "projects", "roles", "domains", "groups", "services", "endpoints", "regions"):
        after = ask(identity, "GET", f"/v3/{name}", token=token)
        assert after.status in (200, 401)  # 401: the request took away the caller or a scope of it
    identity.load(identity.dump())


@given(
    name=st.sampled_from(["users", "projects", "roles", "role_assignments", "endpoints", "regions", "auth/projects"]),
    query=st.dictionaries(
        st.sampled_from(["limit", "marker", "name", "enabled", "tags", "user.id", "scope.project.id", "effective"])
        | st.text(max_size=5),
        st.text(max_size=6),
        max_size=4,
    ),
)
def test_lists_answer_every_query(name: str, query: dict[str, str]) -> None:
    identity = new()
    token = login(identity, "admin", "admin")
    request = IdentityRequest("GET", f"/v3/{name}", query, {"X-Auth-Token": token})
    assert identity.handle(matched("GET", f"/v3/{name}"), request).status in (200, 400, 404)


@given(path=st.text(max_size=20) | st.lists(st.sampled_from(["", "v3", "users", "a", "{user_id}"])).map("/".join))
def test_every_path_is_found_or_not(path: str) -> None:
    assert ask(new(), "GET", f"/{path}").status in (200, 300, 401, 404)
