from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from fakemanila.http.reply import Reply
from fakemanila.keystone.service import Identity
from fakemanila.world.clock import Clock
from fakemanila.world.seeded import Seeded

from .conftest import login

Ask = Callable[..., Reply]


def test_a_dump_loads_into_another_and_tokens_stay_good(identity: Identity, clock: Clock, admin: Ask) -> None:
    admin("POST", "/v3/projects", {"project": {"name": "new", "tags": ["a"]}})
    group = admin("POST", "/v3/groups", {"group": {"name": "g"}}).body["group"]["id"]
    demo = identity.find_user("demo")
    assert demo is not None
    admin("PUT", f"/v3/groups/{group}/users/{demo['id']}")
    token = login(identity, "demo", "demo")
    document = json.loads(json.dumps(identity.dump()))
    other = Identity(clock, Seeded(99))
    other.load(document)
    assert other.dump() == document
    assert other.credentials(token) == identity.credentials(token) is not None


def test_a_dump_is_a_copy(identity: Identity) -> None:
    identity.dump()["projects"][0]["tags"].append("spoilt")
    assert all(project["tags"] == [] for project in identity.projects.values())


@pytest.mark.parametrize("document", [{}, {"domains": []}, {"domains": [{}]}])
def test_a_document_of_another_shape_changes_nothing(identity: Identity, document: dict[str, object]) -> None:
    before = identity.dump()
    with pytest.raises((KeyError, TypeError, ValueError)):
        identity.load(document)
    assert identity.dump() == before


def test_a_reset_brings_back_the_beginning(identity: Identity, clock: Clock, admin: Ask) -> None:
    token = login(identity, "demo")
    admin("POST", "/v3/users", {"user": {"name": "new"}})
    identity.reset()
    assert identity.credentials(token) is None
    assert identity.dump() == Identity(clock, Seeded(7)).dump()


def test_passwords_and_secrets_are_never_answered(identity: Identity, admin: Ask) -> None:
    answers = [admin("GET", f"/v3/{name}").body for name in ("users", "projects", "role_assignments?include_names")]
    assert "secret" not in json.dumps(answers)
