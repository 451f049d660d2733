"""Services that ask for somebody, with a token of their own in ``X-Service-Token``: the rules of the token middleware.

Who may lift whose lock is recorded (`service_tokens.yaml` of the conformance tests). What cannot be recorded, since it
takes an hour or a middleware that knows its type of service, was measured with a real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..api import Answer, Api

HOUR = timedelta(hours=1)
WINDOW = timedelta(hours=48)
KEYSTONE = "/identity/v3"
RULE = {"service": "sharev2", "method": "GET", "path": "/v2/shares"}


def ask(api: Api, token: str, service: str | None = None, path: str = "/v2/shares") -> int:
    """The code of a request for the owner of a token, by the owner of another one."""
    headers = {"X-Auth-Token": token, **({} if service is None else {"X-Service-Token": service})}
    return api.get(path, user="nobody", headers=headers).status


def validate(api: Api, subject: str, query: str = "", *, by: str = "nova", method: str = "GET") -> int:
    return api.call(method, f"{KEYSTONE}/auth/tokens{query}", user=by, headers={"X-Subject-Token": subject}).status


def limited(api: Api, *rules: Mapping[str, str]) -> str:
    """A token of demo's that access rules limit."""
    wanted = {"name": "limited", "access_rules": list(rules)}
    url = f"{KEYSTONE}/users/{api.user_id()}/application_credentials"
    credential = api.post(url, {"application_credential": wanted}).json["application_credential"]
    method = "application_credential"
    by: Any = {"methods": [method], method: {"id": credential["id"], "secret": credential["secret"]}}
    return api.post(f"{KEYSTONE}/auth/tokens", {"auth": {"identity": by}}, user="nobody").headers["X-Subject-Token"]


def service_only(api: Api) -> Answer:
    """A login as a user whose only role is `service`."""
    user = api.post(f"{KEYSTONE}/users", {"user": {"name": "agent", "password": "secret"}}, user="admin").json["user"]
    role = api.get(f"{KEYSTONE}/roles?name=service", user="admin").json["roles"][0]["id"]
    path = f"{KEYSTONE}/projects/{api.project_id('nova')}/users/{user['id']}/roles/{role}"
    assert api.put(path, user="admin").status == 204
    domain = {"id": "default"}
    by = {"methods": ["password"], "password": {"user": {"name": "agent", "password": "secret", "domain": domain}}}
    scope = {"project": {"name": "service", "domain": domain}}
    return api.post(f"{KEYSTONE}/auth/tokens", {"auth": {"identity": by, "scope": scope}}, user="nobody")


class TestExpiredTokens:
    def test_a_service_may_ask_with_an_expired_token(self) -> None:
        api = Api()
        token = api.token()
        api.world.advance(HOUR)
        service = api.token("nova")
        assert ask(api, token) == 401
        assert ask(api, token, service) == 200
        assert ask(api, token, api.token("demo_reader")) == 401

    def test_it_may_for_two_days(self) -> None:
        api = Api(token_ttl=timedelta(minutes=5))
        token = api.token()
        api.world.advance(timedelta(minutes=5) + WINDOW - timedelta(microseconds=1))
        service = api.token("nova")
        assert ask(api, token, service) == 200
        api.world.advance(timedelta(microseconds=1))
        assert ask(api, token, service) == 401

    def test_its_own_token_must_not_have_expired(self) -> None:
        api = Api()
        service = api.token("nova")
        api.world.advance(HOUR)
        assert ask(api, api.token(), service) == 401

    def test_a_revoked_token_stays_revoked(self) -> None:
        api = Api()
        token = api.token()
        api.world.identity.revoke(token)
        assert ask(api, token, api.token("nova")) == 401

    def test_keystone_shows_one_to_who_says_that_it_may_have_expired(self) -> None:
        api = Api()
        token = api.token()
        api.world.advance(HOUR)
        codes = {query: validate(api, token, query) for query in ("", "?allow_expired=1", "?allow_expired=true")}
        assert codes == {"": 404, "?allow_expired=1": 200, "?allow_expired=true": 200}
        assert validate(api, token, "?allow_expired=0") == validate(api, token, "?allow_expired") == 404
        assert validate(api, token, "?allow_expired=1", by="admin", method="HEAD") == 200
        assert validate(api, token, "?allow_expired=1", by="admin", method="DELETE") == 404

    def test_keystone_itself_takes_no_expired_token(self) -> None:
        api = Api()
        token = api.token()
        api.world.advance(HOUR)
        assert ask(api, token, api.token("nova"), f"{KEYSTONE}/auth/projects") == 401


class TestServices:
    def test_the_role_alone_sees_locks_but_no_shares(self) -> None:
        api = Api()
        token = service_only(api).headers["X-Subject-Token"]
        paths = ("/v2/shares", "/v2/services", "/v2/resource-locks?all_projects=1")
        assert [ask(api, token, path=path) for path in paths] == [403, 403, 200]
        assert ask(api, api.token(), token) == 200

    def test_a_system_scope_gives_way_to_the_services(self) -> None:
        """The middleware writes both into one header."""
        api = Api()
        user = {"name": "admin", "password": "secret", "domain": {"id": "default"}}
        auth = {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"system": {"all": True}},
        }
        token = api.post(f"{KEYSTONE}/auth/tokens", {"auth": auth}, user="nobody").headers["X-Subject-Token"]
        assert ask(api, token, path="/v2/resource-locks") == 403
        assert ask(api, token, api.token("nova"), "/v2/resource-locks") == 200

    def test_a_lock_by_a_service_for_an_administrator_is_the_services(self) -> None:
        api = Api()
        share = api.make_share()
        api.world.settle()
        body = {"resource_lock": {"resource_id": share["id"], "resource_type": "share"}}
        headers = {"X-Service-Token": api.token("nova")}
        contexts = [
            api.post("/v2/resource-locks", body, **options).json["resource_lock"]["lock_context"]
            for options in ({}, {"user": "admin"}, {"headers": headers}, {"user": "admin", "headers": headers})
        ]
        assert contexts == ["user", "admin", "service", "service"]

    def test_its_token_is_masked_in_the_journal(self) -> None:
        api = Api()
        ask(api, api.token(), api.token("nova"))
        assert api.token("nova") not in str(api.get("/_fakemanila/requests").json)


class TestAccessRules:
    def test_they_do_not_limit_what_a_service_asks(self) -> None:
        api = Api()
        token, service = limited(api, RULE), api.token("nova")
        assert (ask(api, token), ask(api, token, path="/v2/snapshots")) == (200, 401)
        assert ask(api, token, service, "/v2/snapshots") == 200

    def test_they_limit_who_only_says_that_it_is_one(self) -> None:
        api = Api()
        token = limited(api, RULE)
        for service in ("garbage", token, api.token()):
            assert ask(api, token, service) == 401

    def test_keystone_lets_in_whoever_says_so(self) -> None:
        api = Api()
        token, path = limited(api, RULE), f"{KEYSTONE}/auth/projects"
        assert ask(api, token, path=path) == 401
        for service in ("garbage", api.token(), api.token("nova")):
            assert ask(api, token, service, path) == 200
