"""User messages: what failed operations tell their users."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ...api import UNKNOWN, Api


def fail_a_share(api: Api, detail: str = "002", **options: Any) -> str:
    """Makes a share that fails with that detail, and says its id."""
    failure = {"preset": f"share-create-error:{detail}", "when": {"times": 1}}
    assert api.post("/_fakemanila/faults", failure).status == 201
    share = api.make_share(**options)
    api.world.settle()
    return str(share["id"])


def listed(api: Api, query: str = "", **options: Any) -> list[dict[str, Any]]:
    answer = api.get(f"/v2/messages?{query}", **options)
    assert answer.status == 200, answer
    messages: list[dict[str, Any]] = answer.json["messages"]
    return messages


def test_a_message_says_what_failed_why_and_for_which_request() -> None:
    api = Api()
    share_id = fail_a_share(api, "009")
    (message,) = listed(api)
    assert message["resource_id"] == share_id
    assert message["resource_type"] == "SHARE"
    assert (message["action_id"], message["detail_id"], message["message_level"]) == ("001", "009", "ERROR")
    assert message["user_message"].startswith("allocate host: ")
    assert "Capacity" in message["user_message"]
    assert message["project_id"] == api.project_id()
    assert message["request_id"] in {entry.id for entry in api.journal}
    assert [link["rel"] for link in message["links"]] == ["self", "bookmark"]


@pytest.mark.parametrize("number", range(1, 36))
def test_every_detail_has_a_text(number: int) -> None:
    api = Api()
    fail_a_share(api, f"{number:03}")
    (message,) = listed(api)
    assert message["detail_id"] == f"{number:03}"
    action, _, detail = message["user_message"].partition(": ")
    assert action in ("allocate host", "create", "update")
    assert detail.endswith(".")


def test_messages_are_for_their_project_and_administrators() -> None:
    api = Api()
    fail_a_share(api)
    fail_a_share(api, user="alt_demo")
    assert [len(listed(api, user=user)) for user in ("demo", "demo_reader", "alt_demo", "admin")] == [1, 1, 1, 2]
    (message,) = listed(api)
    path = f"/v2/messages/{message['id']}"
    assert [api.get(path, user=user).status for user in ("demo_reader", "alt_demo", "admin")] == [200, 404, 200]


def test_only_members_may_delete_theirs() -> None:
    api = Api()
    fail_a_share(api)
    path = f"/v2/messages/{listed(api)[0]['id']}"
    assert api.delete(path, user="demo_reader").fault == (403, "forbidden")
    assert api.delete(path, user="alt_demo").fault == (404, "itemNotFound")
    assert api.delete(path).status == 204
    assert api.delete(path).fault == (404, "itemNotFound")
    assert listed(api) == []


def test_a_message_expires_after_thirty_days() -> None:
    api = Api(token_ttl=timedelta(days=60))
    fail_a_share(api)
    (message,) = listed(api)
    api.world.clock.advance(timedelta(days=30))
    assert len(listed(api)) == 1
    api.world.clock.advance(timedelta(seconds=1))
    assert listed(api) == []
    assert api.get(f"/v2/messages/{message['id']}").status == 404
    fail_a_share(api)
    assert len(api.records()["messages"]) == 1, "the expired one is thrown away when the next one is written"


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("", ["008", "002"]),
        ("detail_id=008", ["008"]),
        ("action_id=002", []),
        ("message_level=error", ["008", "002"]),
        ("message_level=", []),
        ("resource_type=share", ["008", "002"]),
        (f"resource_id={UNKNOWN}", []),
        ("project_id=somebody", ["008", "002"]),
        ("limit=1", ["008"]),
        ("limit=1&offset=1", ["002"]),
        ("offset=1", ["002"]),
        ("sort_key=detail_id", ["008", "002"]),
        ("sort_key=detail_id&sort_dir=whatever", ["002", "008"]),
        ("created_since=2026-01-01T00:00:01", ["008"]),
        ("created_before=2026-01-01T00:00:00.5Z", ["002"]),
        ("created_since=2026-01-01T01:00:01%2B01:00", ["008"]),
        ("created_since=2026-01-02", []),
    ],
)
def test_lists_are_filtered_sorted_and_paged(query: str, details: list[str]) -> None:
    api = Api()
    fail_a_share(api, "002")
    api.world.clock.advance(timedelta(seconds=1))
    fail_a_share(api, "008")
    assert [message["detail_id"] for message in listed(api, query)] == details


@pytest.mark.parametrize(
    "query",
    [
        "limit=many",
        "limit=",
        "limit=1&limit=2",
        "sort_key=bogus",
        "created_since=soon",
        "created_before=2026-13-01",
        "created_before=0001-01-01T00:00:00%2B01:00",
    ],
)
def test_a_query_that_makes_no_sense_is_refused(query: str) -> None:
    assert Api().get(f"/v2/messages?{query}").fault == (400, "badRequest")


def test_a_filter_may_be_as_long_as_it_likes() -> None:
    assert listed(Api(), f"action_id={'x' * 5000}") == []


def test_times_are_filters_since_2_52() -> None:
    api = Api()
    fail_a_share(api)
    assert listed(api, "created_since=2100-01-01", version="2.52") == []
    assert len(listed(api, "created_since=2100-01-01", version="2.51")) == 1
    assert api.get("/v2/messages", version="2.36").fault == (404, "itemNotFound")


def test_a_full_page_links_to_the_next_one() -> None:
    api = Api()
    fail_a_share(api)
    answer = api.get("/v2/messages?limit=1").json
    assert answer["messages_links"][0]["rel"] == "next"
    assert answer["messages"][0]["id"] in answer["messages_links"][0]["href"]
