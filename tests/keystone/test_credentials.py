"""Credentials that Keystone keeps for users, as Horizon's pages list and make them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..api import Api

PATH = "/identity/v3/credentials"


def totp(api: Api, user: str = "demo", **fields: Any) -> dict[str, Any]:
    return {"credential": {"blob": "GEZDGNBV", "type": "totp", "user_id": api.user_id(user), **fields}}


def test_a_credential_is_made_listed_changed_and_deleted_by_its_user() -> None:
    api = Api()
    made = api.post(PATH, totp(api), user="demo")
    credential = made.json["credential"]
    assert made.status == 201
    assert {**totp(api)["credential"], "project_id": None}.items() < credential.items()
    one = f"{PATH}/{credential['id']}"
    assert credential["links"]["self"].endswith(one)
    assert api.get(one, user="demo").json == made.json
    assert api.get(PATH, user="demo").json["credentials"] == [credential]
    changed = api.call("PATCH", one, {"credential": {"blob": "MFRGG"}}, user="demo")
    assert changed.json["credential"] == {**credential, "blob": "MFRGG"}
    assert api.delete(one, user="demo").status == 204
    assert api.get(PATH, user="demo").json["credentials"] == []


def test_a_list_has_what_its_reader_may_see() -> None:
    api = Api()
    for user in ("demo", "alt_demo"):
        api.post(PATH, totp(api, user), user=user)
    seen = {user: len(api.get(PATH, user=user).json["credentials"]) for user in ("demo", "demo_reader", "admin")}
    assert seen == {"demo": 1, "demo_reader": 0, "admin": 2}
    [own] = api.get(f"{PATH}?user_id={api.user_id('alt_demo')}", user="admin").json["credentials"]
    assert own["user_id"] == api.user_id("alt_demo")
    assert api.get(f"{PATH}?type=ec2", user="admin").json["credentials"] == []


def test_nobody_makes_reads_or_gives_away_those_of_others() -> None:
    api = Api()
    id = api.post(PATH, totp(api), user="demo").json["credential"]["id"]
    one = f"{PATH}/{id}"
    assert api.post(PATH, totp(api), user="alt_demo").status == 403
    assert api.get(one, user="alt_demo").status == 403
    assert api.delete(one, user="alt_demo").status == 403
    given_away = {"credential": {"user_id": api.user_id("alt_demo")}}
    assert api.call("PATCH", one, given_away, user="demo").status == 403
    assert api.call("PATCH", one, given_away, user="admin").status == 200
    assert [api.get(f"{PATH}/gone", user=user).status for user in ("demo", "admin")] == [403, 404]


def test_those_of_ec2_are_known_by_their_access_key() -> None:
    api = Api()
    blob = {"access": "abc", "secret": "xyz", "trust_id": None}
    wanted = totp(api, type="ec2", blob=json.dumps(blob))
    assert api.post(PATH, wanted, user="demo").status == 400  # no project
    wanted["credential"]["project_id"] = api.project_id("demo")
    made = api.post(PATH, wanted, user="demo")
    assert made.json["credential"]["id"] == hashlib.sha256(b"abc").hexdigest()
    assert api.post(PATH, wanted, user="demo").status == 409
    one = f"{PATH}/{made.json['credential']['id']}"
    for bad in ("no JSON", "[]", '{"secret": "x"}', json.dumps({**blob, "trust_id": "other"})):
        assert api.call("PATCH", one, {"credential": {"blob": bad}}, user="demo").status == 400
    newer = {"credential": {"blob": json.dumps({**blob, "secret": "new"})}}
    assert api.call("PATCH", one, newer, user="demo").status == 200


def test_what_is_missing_or_misshapen_is_refused() -> None:
    api = Api()
    right = totp(api)["credential"]
    for wrong in ({**right, "blob": 7}, {**right, "user_id": None}, {"type": "totp", "blob": ""}, {}):
        assert api.post(PATH, {"credential": wrong}, user="demo").status == 400
    assert api.post(PATH, right, user="demo").status == 400


def test_they_go_with_their_user_and_their_project() -> None:
    api = Api()
    for user in ("demo", "alt_demo"):
        api.post(PATH, totp(api, user, project_id=api.project_id("demo")), user=user)
    api.delete(f"/identity/v3/users/{api.user_id('alt_demo')}", user="admin")
    [left] = api.get(PATH, user="admin").json["credentials"]
    assert left["user_id"] == api.user_id("demo")
    api.delete(f"/identity/v3/projects/{left['project_id']}", user="admin")
    assert api.get(PATH, user="admin").json["credentials"] == []


def test_they_survive_in_a_state_and_an_older_state_has_none() -> None:
    api = Api()
    api.post(PATH, totp(api), user="demo")
    state = api.get("/_fakemanila/state").json
    other = Api()
    assert other.put("/_fakemanila/state", state).status == 200
    assert other.get("/_fakemanila/state").json["identity"]["credentials"] == state["identity"]["credentials"] != []
    del state["identity"]["credentials"]
    assert other.put("/_fakemanila/state", state).status == 200
    assert other.get("/_fakemanila/state").json["identity"]["credentials"] == []


def test_the_journal_has_no_blob() -> None:
    api = Api()
    api.post(PATH, totp(api), user="demo")
    assert "GEZDGNBV" not in api.get("/_fakemanila/requests").text
