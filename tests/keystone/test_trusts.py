"""Trusts where a recording doesn't reach: in time, in a dumped state, and at Manila's door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fakemanila.keystone.builtin import fixed_id

from ..api import Answer, Api

KEYSTONE = "/identity/v3"
TRUSTS = f"{KEYSTONE}/OS-TRUST/trusts"


def make(api: Api, **fields: Any) -> str:
    """The id of a trust by which demo lets alt_demo do what members of demo may."""
    wanted = {
        "trustor_user_id": fixed_id("user", "demo"),
        "trustee_user_id": fixed_id("user", "alt_demo"),
        "project_id": fixed_id("project", "demo"),
        "impersonation": True,
        "roles": [{"name": "member"}],
        **fields,
    }
    answer = api.post(TRUSTS, {"trust": wanted})
    assert answer.status == 201, answer
    return str(answer.json["trust"]["id"])


def login(api: Api, trust: str, user: str = "alt_demo") -> Answer:
    domain = {"id": "default"}
    by = {"methods": ["password"], "password": {"user": {"name": user, "password": "secret", "domain": domain}}}
    auth = {"identity": by, "scope": {"OS-TRUST:trust": {"id": trust}}}
    return api.post(f"{KEYSTONE}/auth/tokens", {"auth": auth}, user="nobody")


def token(api: Api, trust: str) -> str:
    answer = login(api, trust)
    assert answer.status == 201, answer
    return answer.headers["X-Subject-Token"]


def manila(api: Api, token: str, method: str = "GET", path: str = "/v2/shares", body: Any = None) -> Answer:
    extra = {} if body is None else {"body": body}
    return api.call(method, path, user="nobody", headers={"X-Auth-Token": token}, **extra)


def test_a_share_made_with_a_trust_is_the_trustors() -> None:
    api = Api()
    made = manila(api, token(api, make(api)), "POST", body={"share": {"size": 1, "share_proto": "NFS"}})
    share = made.json["share"]
    assert share["project_id"] == api.project_id("demo")
    assert share["user_id"] == api.user_id("demo")
    assert api.get(f"/v2/shares/{share['id']}").status == 200


def test_without_impersonation_it_is_the_trustees() -> None:
    api = Api()
    trust = make(api, impersonation=False)
    share = manila(api, token(api, trust), "POST", body={"share": {"size": 1, "share_proto": "NFS"}}).json["share"]
    assert share["project_id"] == api.project_id("demo")
    assert share["user_id"] == api.user_id("alt_demo")


def test_a_trust_gives_no_more_roles_than_it_names() -> None:
    api = Api()
    reading = token(api, make(api, roles=[{"name": "reader"}]))
    body = {"share": {"size": 1, "share_proto": "NFS"}}
    assert [manila(api, reading).status, manila(api, reading, "POST", body=body).status] == [200, 403]


def test_a_trust_ends_and_its_tokens_with_it() -> None:
    api = Api()
    trust = make(api, expires_at="2026-01-01T00:10:00.9Z")
    answer = login(api, trust)
    assert answer.json["token"]["expires_at"] == "2026-01-01T00:10:00.000000Z"
    api.world.advance(timedelta(minutes=10))
    assert manila(api, answer.headers["X-Subject-Token"]).status == 401
    api.world.advance(timedelta(seconds=1))
    assert login(api, trust).status == 401
    assert api.get(f"{TRUSTS}/{trust}").status == 404
    assert [each["id"] for each in api.get(f"{TRUSTS}?trustor_user_id={api.user_id()}").json["trusts"]] == [trust]


def test_an_application_credential_ends_and_its_tokens_with_it() -> None:
    api = Api()
    wanted = {"name": "brief", "secret": "s", "expires_at": "2026-01-01T00:10:00Z"}
    url = f"{KEYSTONE}/users/{api.user_id()}/application_credentials"
    id = api.post(url, {"application_credential": wanted}).json["application_credential"]["id"]
    by = {"methods": ["application_credential"], "application_credential": {"id": id, "secret": "s"}}
    answer = api.post(f"{KEYSTONE}/auth/tokens", {"auth": {"identity": by}}, user="nobody")
    assert answer.json["token"]["expires_at"] == "2026-01-01T00:10:00.000000Z"


def test_a_trust_is_used_up_once_it_has_been_used_so_often() -> None:
    api = Api()
    trust = make(api, remaining_uses=2)
    assert [login(api, trust).status for _ in range(3)] == [201, 201, 401]


def test_a_failed_login_uses_nothing_up() -> None:
    api = Api()
    trust = make(api, remaining_uses=1)
    assert login(api, trust, "demo_reader").status == 403
    assert login(api, trust).status == 201


def test_manila_refuses_the_token_of_a_trust_that_is_gone() -> None:
    api = Api()
    trust = make(api)
    trusted = token(api, trust)
    assert manila(api, trusted).status == 200
    assert api.delete(f"{TRUSTS}/{trust}").status == 204
    assert manila(api, trusted).status == 401


def test_a_trustors_new_password_costs_the_tokens_of_its_trusts() -> None:
    api = Api()
    trusted = token(api, make(api))
    passwords = {"original_password": "secret", "password": "other"}
    answer = api.post(f"{KEYSTONE}/users/{api.user_id()}/password", {"user": passwords}, user="nobody")
    assert answer.status == 204
    assert manila(api, trusted).status == 401


def test_trusts_and_their_tokens_survive_in_a_state() -> None:
    api = Api()
    trust = make(api, allow_redelegation=True, expires_at="2026-03-01T00:00:00Z", remaining_uses=None)
    trusted = token(api, trust)
    state = api.get("/_fakemanila/state").json
    other = Api()
    assert other.put("/_fakemanila/state", state).status == 200
    assert manila(other, trusted).status == 200
    assert other.get(f"{TRUSTS}/{trust}").json == api.get(f"{TRUSTS}/{trust}").json
    assert other.get("/_fakemanila/state").json["identity"]["trusts"] == state["identity"]["trusts"]


def test_a_state_with_a_trust_for_nobody_is_refused() -> None:
    api = Api()
    make(api)
    state = api.get("/_fakemanila/state").json
    state["identity"]["trusts"][0]["trustee_user_id"] = "nobody"
    answer = api.put("/_fakemanila/state", state)
    assert answer.status == 400
    assert "trusts[0].trustee_user_id" in answer.text


def test_a_service_asks_with_a_trusts_token_like_with_any_other() -> None:
    api = Api()
    trusted = token(api, make(api))
    headers = {"X-Auth-Token": trusted, "X-Service-Token": api.token("nova")}
    assert api.get("/v2/shares", user="nobody", headers=headers).status == 200
