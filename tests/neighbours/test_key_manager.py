"""Barbican's secrets and who may read them, call by call."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from fakemanila.neighbours.offers import parse
from fakemanila.scenario.seeding import seed
from fakemanila.world.state import document as state

from ..api import UNKNOWN, Api

SECRETS = "/key-manager/v1/secrets"
VERSION = "OpenStack-API-Version"
NEWEST = {VERSION: "key-manager 1.2"}
TEXT = {"payload": "word", "payload_content_type": "text/plain"}


@pytest.fixture
def api() -> Api:
    return Api(services=parse("key-manager")).at(version=None)


def secret(api: Api, *, user: str = "demo", **fields: Any) -> str:
    """The path of a new secret."""
    answer = api.post(SECRETS, fields, user=user)
    assert answer.status == 201, answer
    assert answer.headers["Location"] == answer.json["secret_ref"]
    return str(answer.json["secret_ref"].removeprefix("http://localhost"))


def payload(api: Api, path: str, accept: str = "text/plain", **options: Any) -> Any:
    return api.get(f"{path}/payload", headers={"Accept": accept}, **options)


def refusal(answer: Any) -> int:
    assert answer.json.keys() == {"code", "title", "description"}
    assert answer.json["code"] == answer.status
    return int(answer.status)


class TestSecrets:
    def test_are_made_shown_and_deleted(self, api: Api) -> None:
        path = secret(api, name=" key ", algorithm="aes", bit_length=256, mode="cbc", secret_type="symmetric", **TEXT)
        shown = api.get(path).json
        assert (shown["name"], shown["algorithm"], shown["bit_length"]) == ("key", "aes", 256)
        assert (shown["status"], shown["content_types"]) == ("ACTIVE", {"default": "text/plain"})
        assert shown["creator_id"] == api.user_id()
        assert shown["created"] == "2026-01-01T00:00:00"
        assert "payload" not in shown
        assert api.delete(path).status == 204
        assert refusal(api.get(path)) == 404

    def test_have_a_payload_of_text_or_of_bytes(self, api: Api) -> None:
        text = secret(api, **TEXT)
        assert payload(api, text).text == "word"
        assert payload(api, text, "application/octet-stream").content == b"word"
        assert api.get(text, headers={"Accept": "text/plain"}).text == "word"
        encoded = {"payload": base64.b64encode(b"\xff\x00").decode(), "payload_content_encoding": "base64"}
        binary = secret(api, **encoded, payload_content_type="application/octet-stream")
        assert payload(api, binary, "application/octet-stream").content == b"\xff\x00"
        assert refusal(payload(api, binary)) == 406
        assert refusal(payload(api, text, "*/*")) == 400

    def test_are_told_what_is_in_them_later_and_once(self, api: Api) -> None:
        path = secret(api, name="later")
        assert "content_types" not in api.get(path).json
        assert refusal(payload(api, path)) == 404
        plain = {"Content-Type": "text/plain"}
        assert refusal(api.put(path, data="{}", headers={"Content-Type": "application/json"})) == 415
        assert refusal(api.put(path, data="", headers=plain)) == 400
        assert api.put(path, data="word", headers=plain).status == 204
        assert payload(api, path).text == "word"
        assert refusal(api.put(path, data="other", headers=plain)) == 409

    @pytest.mark.parametrize(
        "fields",
        [
            {"payload": "word"},
            {"payload": "", "payload_content_type": "text/plain"},
            {"payload": "word", "payload_content_type": "image/png"},
            {"payload": "word", "payload_content_type": "application/octet-stream"},
            {"payload": "word", "payload_content_type": "text/plain", "payload_content_encoding": "base64"},
            {"payload": "!", "payload_content_type": "application/octet-stream", "payload_content_encoding": "base64"},
            {"payload": "x" * 20_001, "payload_content_type": "text/plain"},
            {"payload_content_type": "text/plain"},
            {"secret_type": "nothing"},
            {"bit_length": 0},
            {"expiration": "never"},
            {"expiration": "2025-01-01T00:00:00"},
        ],
    )
    def test_refuse_what_makes_no_sense(self, api: Api, fields: dict[str, Any]) -> None:
        assert refusal(api.post(SECRETS, fields)) == 400

    def test_expire(self, api: Api) -> None:
        path = secret(api, expiration="2026-01-01T00:20:00Z")
        assert api.get(path).json["expiration"] == "2026-01-01T00:20:00"
        api.world.set_clock(api.world.now().replace(minute=30))
        assert refusal(api.get(path)) == 404
        assert api.get(SECRETS).json == {"secrets": [], "total": 0}

    def test_are_the_projects_and_nobody_elses(self, api: Api) -> None:
        path = secret(api, **TEXT)
        assert payload(api, path, user="demo_manager").status == 200
        assert refusal(api.get(path, user="alt_demo")) == 403
        assert refusal(api.get(path, user="demo_reader")) == 403
        assert refusal(api.get(path, user="admin")) == 403  # of another project
        assert api.get(SECRETS, user="alt_demo").json["total"] == 0


class TestLists:
    def test_come_in_pages(self, api: Api) -> None:
        for number in range(12):
            secret(api, name=f"key-{number}", bit_length=number + 1)
        first = api.get(SECRETS).json
        assert (len(first["secrets"]), first["total"]) == (10, 12)
        second = api.get(first["next"].removeprefix("http://localhost")).json
        assert [each["name"] for each in second["secrets"]] == ["key-10", "key-11"]
        assert second["previous"].endswith("?limit=10&offset=0")
        assert "next" not in second

    @pytest.mark.parametrize("query", ["name=key-b", "bits=2", "alg=AES", "secret_type=private"])
    def test_find_what_is_asked_for(self, api: Api, query: str) -> None:
        secret(api, name="key-a", bit_length=1)
        secret(api, name="key-b", bit_length=2, algorithm="aes", secret_type="private")
        assert [each["name"] for each in api.get(SECRETS, query=query).json["secrets"]] == ["key-b"]


class TestAcls:
    def test_let_users_of_other_projects_read(self, api: Api) -> None:
        path = secret(api, **TEXT)
        acl = f"{path}/acl"
        assert api.get(acl).json == {"read": {"project-access": True}}
        users = [api.user_id("alt_demo")]
        assert api.put(acl, {"read": {"users": users}}).json == {"acl_ref": f"http://localhost{acl}"}
        assert payload(api, path, user="alt_demo").text == "word"
        assert [each["secret_ref"] for each in api.get(SECRETS, user="alt_demo", query="acl_only=true").json["secrets"]]
        assert refusal(api.get(acl, user="alt_demo")) == 403
        assert refusal(api.delete(path, user="alt_demo")) == 403
        shown = api.get(acl).json["read"]
        assert (shown["users"], shown["project-access"]) == (users, True)

    def test_keep_a_secret_from_the_rest_of_the_project(self, api: Api) -> None:
        path = secret(api, **TEXT)
        api.call("PATCH", f"{path}/acl", {"read": {"project-access": False}})
        assert payload(api, path).status == 200
        assert refusal(payload(api, path, user="demo_manager")) == 403
        assert payload(api, path, user="demo_admin").status == 200
        assert api.get(SECRETS, user="demo_manager").json["total"] == 0
        assert api.delete(f"{path}/acl").json is None
        assert payload(api, path, user="demo_manager").status == 200

    def test_change_in_parts_or_as_a_whole(self, api: Api) -> None:
        acl = f"{secret(api)}/acl"
        api.put(acl, {"read": {"users": ["a"], "project-access": False}})
        api.call("PATCH", acl, {"read": {"users": ["b"]}})
        assert {"users": ["b"], "project-access": False}.items() <= api.get(acl).json["read"].items()
        api.put(acl, {"read": {"users": ["c"]}})
        assert {"users": ["c"], "project-access": True}.items() <= api.get(acl).json["read"].items()
        assert refusal(api.put(acl, {"write": {}})) == 400


class TestVersions:
    def test_are_told_in_two_shapes(self, api: Api) -> None:
        old = api.get("/key-manager/", user="nobody")
        assert (old.status, old.json["versions"]["values"][0]["status"]) == (300, "stable")
        new = api.get("/key-manager/", user="nobody", headers={VERSION: "key-manager 1.1"})
        (version,) = new.json["versions"]
        assert (version["min_version"], version["max_version"]) == ("1.0", "1.2")
        assert version["links"][0]["href"] == "http://localhost/key-manager/v1/"
        assert new.headers[VERSION] == "key-manager 1.1"
        assert api.get("/key-manager/v1", headers=NEWEST).json["version"]["id"] == "v1"

    def test_decide_whether_consumers_are_shown(self, api: Api) -> None:
        path = secret(api)
        assert "consumers" not in api.get(path).json
        assert api.get(path, headers=NEWEST).json["consumers"] == []
        assert refusal(api.get(path, headers={VERSION: "key-manager 1.9"})) == 406


def test_a_secret_is_seeded_and_written_down(api: Api) -> None:
    made = seed(api.world, "secret", name="key", payload="word", project_access=False)
    assert payload(api, f"{SECRETS}/{made['id']}").text == "word"
    other = Api(services=parse("all")).at(version=None)
    state.load(other.world, state.dump(api.world))
    assert payload(other, f"{SECRETS}/{made['id']}").text == "word"


def test_the_journal_does_not_tell_what_is_sent(api: Api) -> None:
    secret(api, **TEXT)
    entry = list(api.world.journal)[-1].to_json()
    assert entry["request"]["body"]["payload"] == "***"


def test_an_unknown_id_is_not_found_by_anybody(api: Api) -> None:
    assert refusal(payload(api, f"{SECRETS}/{UNKNOWN}", user="demo_reader")) == 404
