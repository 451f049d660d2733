"""Extending and shrinking shares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.manila.backend import backends

from ...api import UNKNOWN, Answer, Api

SLOW = {"shares.extend": "10s", "shares.shrink": "10s"}
BOUNDS = {
    "provisioning:min_share_size": "2",
    "provisioning:max_share_size": "4",
    "provisioning:max_share_extend_size": "6",
}


def made(api: Api, **fields: Any) -> dict[str, Any]:
    """A share that is there, not one on its way."""
    share = api.make_share(**fields)
    api.world.settle()
    return share


def resize(api: Api, share: dict[str, Any], action: str, size: Any, **options: Any) -> Answer:
    force = {"force": options.pop("force")} if "force" in options else {}
    return api.action(f"/v2/shares/{share['id']}", action, {"new_size": size, **force}, **options)


def show(api: Api, share: dict[str, Any]) -> tuple[str, int]:
    shown = api.get(f"/v2/shares/{share['id']}").json["share"]
    return shown["status"], shown["size"]


def usage(api: Api) -> dict[str, int]:
    answer = api.get(f"/v2/quota-sets/{api.project_id()}/detail").json["quota_set"]["gigabytes"]
    return {key: answer[key] for key in ("in_use", "reserved")}


def details(api: Api) -> list[tuple[str, str]]:
    return [(m["action_id"], m["detail_id"]) for m in api.get("/v2/messages").json["messages"]]


class TestTime:
    def test_extending_shows_the_old_size_until_it_is_done(self) -> None:
        api = Api(delays=SLOW)
        share = made(api, size=2)
        assert resize(api, share, "extend", 5).status == 202
        assert show(api, share) == ("extending", 2)
        api.world.clock.advance(timedelta(seconds=10))
        assert show(api, share) == ("available", 5)

    def test_shrinking_shows_the_old_size_until_it_is_done(self) -> None:
        api = Api(delays=SLOW)
        share = made(api, size=5)
        assert resize(api, share, "shrink", 2).status == 202
        assert show(api, share) == ("shrinking", 5)
        api.world.clock.advance(timedelta(seconds=10))
        assert show(api, share) == ("available", 2)

    @pytest.mark.parametrize(
        ("action", "size", "failed"), [("extend", 3, "extending_error"), ("shrink", 1, "shrinking_error")]
    )
    def test_a_failure_leaves_the_size(self, action: str, size: int, failed: str) -> None:
        api = Api(delays=SLOW)
        share = made(api, size=2)
        resize(api, share, action, size)
        (pending,) = api.world.scheduler.pending()
        api.world.decide(pending.id, "error")
        assert show(api, share) == (failed, 2)
        assert usage(api) == {"in_use": 2, "reserved": 0}


class TestQuotas:
    def test_growth_is_reserved_while_it_happens_and_used_afterwards(self) -> None:
        api = Api(delays=SLOW)
        share = made(api, size=2)
        resize(api, share, "extend", 5)
        assert usage(api) == {"in_use": 2, "reserved": 3}
        api.world.clock.advance(timedelta(seconds=10))
        assert usage(api) == {"in_use": 5, "reserved": 0}

    def test_what_was_shrunk_is_free_when_it_is_done(self) -> None:
        api = Api(delays=SLOW)
        share = made(api, size=5)
        resize(api, share, "shrink", 1)
        assert usage(api) == {"in_use": 5, "reserved": 0}
        api.world.clock.advance(timedelta(seconds=10))
        assert usage(api) == {"in_use": 1, "reserved": 0}

    def test_over_the_gigabytes_is_forbidden_unlike_on_creation(self) -> None:
        api = Api()
        share = made(api, size=1)
        assert resize(api, share, "extend", 100000).fault == (403, "forbidden")
        assert show(api, share) == ("available", 1)

    def test_a_single_share_may_not_be_larger_than_its_project_allows(self) -> None:
        api = Api()
        share = made(api, size=1)
        limit = {"quota_set": {"per_share_gigabytes": 2}}
        assert api.put(f"/v2/quota-sets/{api.project_id()}", limit, user="admin").status == 200
        assert resize(api, share, "extend", 3).fault == (413, "overLimit")
        assert resize(api, share, "extend", 2).status == 202

    def test_the_reservation_of_another_share_counts(self) -> None:
        api = Api(delays=SLOW)
        first, second = made(api, size=1), made(api, size=1)
        api.put(f"/v2/quota-sets/{api.project_id()}", {"quota_set": {"gigabytes": 5}}, user="admin")
        assert resize(api, first, "extend", 4).status == 202
        assert resize(api, second, "extend", 2).status == 403


class TestBounds:
    def test_a_type_bounds_the_sizes_of_its_shares(self) -> None:
        api = Api()
        api.make_type("sized", extra_specs=BOUNDS)
        share = made(api, size=3, share_type="sized")
        assert resize(api, share, "extend", 5).fault == (400, "badRequest")
        assert resize(api, share, "shrink", 1).fault == (400, "badRequest")
        assert resize(api, share, "extend", 4).status == 202

    def test_administrators_have_a_bound_of_their_own(self) -> None:
        api = Api()
        api.make_type("sized", extra_specs=BOUNDS)
        share = made(api, size=3, share_type="sized")
        assert resize(api, share, "extend", 7, user="admin").fault == (400, "badRequest")
        assert resize(api, share, "extend", 6, user="admin").status == 202


class TestRoom:
    def full(self) -> tuple[Api, dict[str, Any]]:
        """A share whose pool has no room for more."""
        api = Api()
        share = made(api, size=2)
        host = api.get(f"/v2/shares/{share['id']}", user="admin").json["share"]["host"]
        backends.set_pool(api.world, host, total_capacity_gb=3)
        return api, share

    def test_without_room_the_share_stays_as_it_is_and_its_user_is_told(self) -> None:
        api, share = self.full()
        assert resize(api, share, "extend", 9).status == 202
        assert show(api, share) == ("available", 2)
        assert details(api) == [("008", "009")]
        assert usage(api) == {"in_use": 2, "reserved": 0}

    def test_force_does_not_ask_for_room(self) -> None:
        api, share = self.full()
        assert resize(api, share, "extend", 9, force=True).fault == (403, "forbidden")
        assert resize(api, share, "extend", 9, force=True, user="admin").status == 202
        assert show(api, share) == ("available", 9)

    def test_force_is_unknown_before_it_came(self) -> None:
        api, share = self.full()
        assert resize(api, share, "extend", 9, force=True, user="admin", version="2.63").status == 202
        assert show(api, share) == ("available", 2)


class TestRefusals:
    @pytest.mark.parametrize("size", [None, "", "large", "2.5", 2.5, True, [2], -1, 2**31])
    @pytest.mark.parametrize("action", ["extend", "shrink"])
    def test_no_size_is_no_size(self, action: str, size: Any) -> None:
        api = Api()
        share = made(api, size=2)
        before = api.records()
        assert resize(api, share, action, size).fault == (400, "badRequest")
        assert api.records() == before

    @pytest.mark.parametrize(("action", "sizes"), [("extend", (0, 1, 2)), ("shrink", (0, 2, 3))])
    def test_the_size_has_to_change_the_right_way(self, action: str, sizes: tuple[int, ...]) -> None:
        api = Api()
        share = made(api, size=2)
        assert [resize(api, share, action, size).status for size in sizes] == [400] * 3

    @pytest.mark.parametrize(("status", "refused"), [("error", True), ("shrinking_possible_data_loss_error", False)])
    def test_shrinking_may_be_tried_again_where_data_would_have_been_lost(self, status: str, refused: bool) -> None:
        api = Api()
        share = made(api, size=2)
        api.world.touch(api.world.store["shares"].get(share["id"]) or {}, status=status)
        assert resize(api, share, "extend", 3).status == 400
        assert resize(api, share, "shrink", 1).status == (400 if refused else 202)

    @pytest.mark.parametrize(("user", "status"), [("demo_reader", 403), ("alt_demo", 404), ("admin", 202)])
    def test_who_may(self, user: str, status: int) -> None:
        api = Api()
        share = made(api, size=2)
        assert [
            resize(api, share, "extend", 3, user=user).status,
            resize(api, share, "shrink", 1, user=user).status,
        ] == [
            status,
            status,
        ]

    def test_unknown_and_soft_deleted_shares(self) -> None:
        api = Api()
        share = made(api, size=2)
        api.world.touch(api.world.store["shares"].get(share["id"]) or {}, is_soft_deleted=True)
        for action, size in (("extend", 3), ("shrink", 1)):
            assert resize(api, {"id": UNKNOWN}, action, size).fault == (404, "itemNotFound")
            assert resize(api, share, action, size).fault == (403, "forbidden")
