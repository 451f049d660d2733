"""`FakeManila` as its users have it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import keystoneauth1.exceptions
import pytest

from fakemanila import ControlFailure, FakeManila, Resource

from ..api import there

START = datetime(2026, 1, 1)


@pytest.fixture(scope="module", params=[True, False], ids=["socket", "in-process"])
def running(request: pytest.FixtureRequest) -> Iterator[FakeManila]:
    with FakeManila(serve=request.param, clock="manual") as manila:
        yield manila


@pytest.fixture
def manila(running: FakeManila) -> FakeManila:
    running.reset()
    return running


class TestClients:
    def test_a_session_is_logged_in_as_the_user_in_their_own_project(self, manila: FakeManila) -> None:
        session = manila.session("alt_demo")
        assert session.get("/shares", endpoint_filter={"service_type": "sharev2"}).status_code == 200
        assert there(manila.requests.last())["project_name"] == "alt_demo"

    def test_a_session_can_be_in_another_project(self, manila: FakeManila) -> None:
        manila.session("admin", project="demo").get("/shares", endpoint_filter={"service_type": "sharev2"})
        assert (there(manila.requests.last())["user_name"], there(manila.requests.last())["project_name"]) == (
            "admin",
            "demo",
        )

    def test_manilaclient_makes_and_finds_shares(self, manila: FakeManila) -> None:
        manila.client().shares.create("NFS", 1, name="db")
        assert [share.name for share in manila.client("admin").shares.list(search_opts={"all_tenants": 1})] == ["db"]

    def test_manilaclient_asks_for_the_microversion_it_is_told(self, manila: FakeManila) -> None:
        manila.client(microversion="2.40").shares.list()
        assert there(manila.requests.last())["microversion"] == "2.40"

    def test_openstacksdk_needs_neither_files_nor_environment(
        self, manila: FakeManila, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OS_AUTH_URL", "http://127.0.0.1:1/wrong")
        monkeypatch.setenv("OS_CLOUD", "wrong")
        manila.create("share", name="db")
        assert [share.name for share in manila.connect().shared_file_system.shares()] == ["db"]

    def test_a_proxy_of_the_environment_is_passed_by(self, manila: FakeManila, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        assert manila.client().shares.list() == []

    def test_a_token_is_used_until_the_world_says_that_it_has_expired(self, manila: FakeManila) -> None:
        client = manila.client()
        for _ in range(3):
            client.shares.list()
        manila.requests.assert_called("identity.tokens.create", times=1)
        manila.clock.advance("2h")
        assert client.shares.list() == []
        manila.requests.assert_called("identity.tokens.create", times=2)

    def test_an_unknown_user_is_told_the_nearest_one(self, manila: FakeManila) -> None:
        with pytest.raises(LookupError, match="'demoo'; did you mean 'demo'"):
            manila.session("demoo")

    def test_a_user_of_the_scenario_can_log_in(self, manila: FakeManila) -> None:
        manila.scenario.apply({"projects": {"shop": {}}, "users": {"anna": {"project": "shop"}}})
        assert manila.client("anna").shares.list() == []

    def test_a_wire_fault_is_an_exception_of_the_client(self, manila: FakeManila) -> None:
        client = manila.client()
        manila.faults.add("conn-reset", operation="shares.detail", times=1)
        with pytest.raises(keystoneauth1.exceptions.ConnectFailure):
            client.shares.list()
        assert client.shares.list() == []

    def test_the_microversion_stays_below_the_servers(self) -> None:
        with FakeManila(serve=False, max_microversion="2.40") as old:
            old.client().shares.list()
            assert there(old.requests.last())["microversion"] == "2.40"

    def test_what_is_missing_is_named_with_the_extra(self, manila: FakeManila, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "openstack.connection", None)
        with pytest.raises(ImportError, match=r"openstacksdk.*pip install 'fakemanila\[clients\]'"):
            manila.connect()


class TestRecords:
    def test_a_created_resource_has_its_fields_as_attributes_and_keys(self, manila: FakeManila) -> None:
        share = manila.create("share", name="db", size=5)
        assert (share.name, share["size"], share.status, share.kind) == ("db", 5, "available", "share")
        assert manila.client().shares.get(share.id).size == 5

    def test_a_created_resource_belongs_to_another_one(self, manila: FakeManila) -> None:
        share = manila.create("share")
        snapshot = manila.create("snapshot", share=share, name="monday", status="error")
        assert snapshot.share_id == share.id

    def test_what_is_wrong_with_a_resource_is_named(self, manila: FakeManila) -> None:
        with pytest.raises(ValueError, match=r"^sizee: .*'size'"):
            manila.create("share", sizee=5)
        with pytest.raises(ValueError, match=r"^kind: .*'share'"):
            manila.create("shar")
        with pytest.raises(ValueError, match="repeat"):
            manila.create("share", repeat=3)
        assert manila.records("share") == []

    def test_a_resource_is_as_it_was_until_it_is_refreshed(self, manila: FakeManila) -> None:
        share = manila.create("share", name="db")
        manila.client().shares.update(share.id, display_name="web")
        assert share.name == "db"
        assert share.refresh().name == "web"
        assert share.name == "web"

    def test_a_resource_that_is_gone_cannot_be_refreshed(self, manila: FakeManila) -> None:
        share = manila.create("share")
        manila.reset()
        with pytest.raises(LookupError, match=share.id):
            share.refresh()

    def test_a_resource_says_what_it_has(self, manila: FakeManila) -> None:
        share = manila.create("share")
        with pytest.raises(AttributeError, match=r"a share has no 'colour'; it has .*size"):
            _ = share.colour
        assert set(share) > {"id", "name", "status"}
        assert share in {share}
        assert repr(share) == f"<share id='{share.id}' name=None status='available'>"

    def test_records_are_those_of_everybody(self, manila: FakeManila) -> None:
        manila.create("share", name="one")
        manila.create("share", name="two", user="alt_demo")
        assert [share.name for share in manila.records("share")] == ["one", "two"]
        assert [type(each) for each in manila.records("shares")] == [Resource, Resource]
        with pytest.raises(ValueError, match="'shaer'; did you mean 'share'"):
            manila.records("shaer")

    def test_the_expected_records_may_come_in_any_order(self, manila: FakeManila) -> None:
        for name in "ab":
            manila.create("share", name=name)
        # Both fit the first, one alone the second.
        manila.assert_records("share", [{"status": "available"}, {"name": "a"}])
        manila.assert_records("share", [{"name": "b"}], others=True)

    def test_records_that_are_not_expected_are_shown(self, manila: FakeManila) -> None:
        share = manila.create("share", name="a")
        with pytest.raises(AssertionError) as caught:
            manila.assert_records("share", [])
        assert str(caught.value).splitlines() == [
            "the share records are not the ones expected: 1 there, 0 expected",
            f'  + {{"id": "{share.id}"}}',
        ]

    def test_what_differs_is_shown_beside_the_nearest_record(self, manila: FakeManila) -> None:
        share = manila.create("share", name="a", status="error")
        with pytest.raises(AssertionError) as caught:
            manila.assert_records("share", [{"name": "a", "status": "available", "colour": "red"}])
        assert str(caught.value).splitlines() == [
            "the share records are not the ones expected: 1 there, 1 expected",
            '  - {"name": "a", "status": "available", "colour": "red"}',
            f"      nearest is {share.id}:",
            '        status: "error", expected "available"',
            '        colour: no such field, expected "red"',
            f'  + {{"id": "{share.id}", "name": "a", "status": "error"}}',
        ]


class TestWorlds:
    def test_another_world_is_a_world_of_its_own(self, manila: FakeManila) -> None:
        other = manila.world("other")
        other.client().shares.create("NFS", 1, name="db")
        assert manila.client().shares.list() == []
        assert [share.name for share in other.client().shares.list()] == ["db"]
        other.clock.advance("1h")
        assert other.clock.now() - manila.clock.now() == timedelta(hours=1)
        assert other.url == f"{manila.url}/worlds/other"
        assert other.world("default").url == manila.url

    def test_a_world_has_a_name(self, manila: FakeManila) -> None:
        with pytest.raises(ValueError, match="is not a valid name"):
            manila.world("a b")

    def test_reset_takes_everything_back_to_what_the_server_started_from(self) -> None:
        with FakeManila(
            serve=False, clock="manual", delays={"shares.create": "3s"}, faults=["quota:snapshots"]
        ) as manila:
            manila.create("share")
            manila.clock.advance("1h")
            manila.delays.replace({})
            manila.faults.clear()
            manila.reset()
            assert manila.records("share") == []
            assert manila.clock.now() == START
            assert manila.delays.show() == {"default": 0, "shares.create": "3s"}
            assert [fault["preset"] for fault in manila.faults] == ["quota:snapshots"]
            assert manila.requests.count() == 0

    def test_the_same_seed_gives_the_same_ids(self) -> None:
        ids = set()
        for _ in range(2):
            with FakeManila(serve=False, seed=7) as manila:
                ids.add(manila.create("share").id)
        assert len(ids) == 1


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"delays": {"snapshot.create": "1s"}}, "snapshots.create"),
            ({"faults": ["quota:snapshot"]}, "quota:snapshot"),
            ({"max_microversion": "3.0"}, "max_microversion"),
            ({"min_microversion": "2.50", "max_microversion": "2.40"}, "2.50 is above"),
            ({"clock": "fast"}, "clock"),
            ({"clock": "manual", "rate": 60}, "rate"),
            ({"token_ttl": "soon"}, "token_ttl"),
            ({"identity": "shut"}, "identity"),
            ({"scenario": "no-such-scenario"}, "no-such-scenario"),
            ({"backends": [{"protocols": ["NFS"]}]}, r"backends\[0\].name: is missing"),
            ({"backends": ["ceph"]}, r"backends\[0\]"),
        ],
        ids=str,
    )
    def test_what_is_wrong_is_said_before_anything_runs(self, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            FakeManila(**options)

    def test_options_go_before_the_scenario(self) -> None:
        scenario = {
            "seed": 3,
            "clock": {"mode": "manual", "start": "2030-01-01T00:00:00"},
            "delays": {"default": "1s", "shares.create": "2s"},
            "resources": [{"kind": "share", "name": "db"}],
        }
        with FakeManila(serve=False, scenario=scenario, delays={"shares.create": timedelta(seconds=5)}) as manila:
            assert manila.clock.now() == datetime(2030, 1, 1)
            assert manila.delays.show() == {"default": "1s", "shares.create": "5s"}
            manila.assert_records("share", [{"name": "db"}])

    def test_backends_are_beside_those_of_the_scenario(self) -> None:
        nas = {"name": "nas", "protocols": ["NFS"]}
        with FakeManila(serve=False, scenario="cephfs", backends=[nas]) as manila:
            pools = manila.client("admin").pools.list(detailed=True)
            assert [pool.name for pool in pools] == ["oracle@ceph#cephfs", "oracle@nas#nas"]
            manila.reset()
            assert manila.create("share", name="db", share_proto="CEPHFS")["status"] == "available"
            assert manila.world("other").create("share", name="db", share_proto="NFS")["status"] == "available"
        with FakeManila(serve=False, backends=nas) as manila:
            assert [pool.name for pool in manila.client("admin").pools.list()] == ["oracle@nas#nas"]

    def test_a_clock_can_start_anywhere_and_run_at_any_rate(self) -> None:
        with FakeManila(serve=False, clock="manual", start=datetime(2031, 5, 1)) as manila:
            assert manila.clock.now() == datetime(2031, 5, 1)
        with FakeManila(serve=False, rate=60) as manila:
            assert manila.clock.show()["rate"] == 60.0

    def test_a_policy_is_for_all_worlds(self, tmp_path: Any) -> None:
        pytest.importorskip("oslo_policy")
        policy = tmp_path / "policy.yaml"
        policy.write_text('"share:create": "rule:context_is_admin"\n')
        with FakeManila(serve=False, policy=policy) as manila, pytest.raises(Exception, match=r"(?i)polic"):
            manila.client().shares.create("NFS", 1)

    def test_an_open_identity_service_lets_anybody_in(self) -> None:
        with FakeManila(serve=False, identity="open") as manila:
            assert manila.client("anybody", project="anything").shares.list() == []


class TestRunning:
    def test_it_says_that_it_has_not_been_started_and_that_it_has_been_stopped(self) -> None:
        manila = FakeManila(serve=False)
        for use in (
            lambda: manila.url,
            lambda: manila.clock,
            manila.session,
            manila.reset,
            lambda: manila.world("a").url,
        ):
            with pytest.raises(RuntimeError, match=r"not running.*start"):
                use()
        with manila:
            clock = manila.clock
        stopped: tuple[Callable[[], Any], ...] = (lambda: manila.url, clock.now, manila.client, manila.reset)
        for use_stopped in stopped:
            with pytest.raises(RuntimeError, match="has been stopped"):
                use_stopped()

    @pytest.mark.parametrize("serve", [True, False])
    def test_clients_find_nobody_after_it_has_been_stopped(self, serve: bool) -> None:
        with FakeManila(serve=serve) as manila:
            client = manila.client()
        with pytest.raises(keystoneauth1.exceptions.ConnectFailure):
            client.shares.list()

    def test_it_can_be_started_again_as_new(self) -> None:
        manila = FakeManila()
        for _ in range(2):
            with manila:
                assert manila.records("share") == []
                manila.create("share")
        manila.stop()
        with manila, pytest.raises(RuntimeError, match="already"):
            manila.start()

    def test_a_fault_that_must_fire_and_did_not_is_told_at_the_end(self) -> None:
        with (
            pytest.raises(AssertionError, match="'quota:snapshots' must fire, and never did"),
            FakeManila(serve=False) as m,
        ):
            m.faults.add("quota:snapshots", must_fire=True)

    def test_another_failure_goes_before_a_fault_that_did_not_fire(self) -> None:
        with pytest.raises(KeyError), FakeManila(serve=False, faults=[{"preset": "lb-502", "must_fire": True}]):
            raise KeyError

    def test_many_threads_use_one(self, manila: FakeManila) -> None:
        failures: list[BaseException] = []

        def use(number: int) -> None:
            try:
                client = manila.client()
                for index in range(3):
                    client.shares.create("NFS", 1, name=f"{number}-{index}")
                    manila.requests.count()
            except BaseException as error:
                failures.append(error)

        threads = [Thread(target=use, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len({share.name for share in manila.records("share")}) == 24

    def test_one_elsewhere_takes_the_same_orders(self) -> None:
        with FakeManila() as running, FakeManila.attach(f"{running.url}/") as manila:
            manila.world("elsewhere").create("share", name="db")
            assert [share.name for share in manila.world("elsewhere").client().shares.list()] == ["db"]
            manila.world("elsewhere").reset()
            assert manila.world("elsewhere").records("share") == []
            assert manila.metrics().startswith("# HELP")
            with FakeManila.attach(manila.world("elsewhere").url) as same:
                assert same.url == manila.world("elsewhere").url
                same.create("share", name="web")
            manila.world("elsewhere").assert_records("share", [{"name": "web"}])
            assert running.records("share") == []
            with pytest.raises(RuntimeError, match="somebody else"):
                manila.start()

    def test_nobody_elsewhere_is_told_at_once(self) -> None:
        with pytest.raises(ControlFailure, match="cannot reach http"):
            FakeManila.attach("http://127.0.0.1:1")
        with pytest.raises(ValueError, match="is not the address"):
            FakeManila.attach("here")


def test_the_report_tells_what_went_on() -> None:
    with FakeManila(serve=False, clock="manual", delays={"shares.create": "30s"}) as manila:
        manila.faults.add("quota:snapshots", name="full")
        manila.client().shares.create("NFS", 1, name="db")
        assert manila.report().splitlines()[2].endswith("POST /identity/v3/auth/tokens -> 201 identity.tokens.create -")
        lines = manila.report(limit=1).splitlines()
    assert lines[0] == "world default at 2026-01-01T00:00:00.000000 (manual clock)"
    assert lines[1] == "requests: the last 1 of 2"
    assert "POST /v2/shares -> 200 shares.create demo@demo" in lines[2]
    assert lines[3:] == ["under way:", lines[4], "faults:", "  full: matched 0, fired 0"]
    assert "shares.create of" in lines[4]
    assert "ends 2026-01-01T00:00:30.000000: success" in lines[4]


def test_importing_the_package_and_the_plugin_imports_nothing_big() -> None:
    code = (
        "import sys, fakemanila, fakemanila.pytest_plugin\n"
        "big = 'flask werkzeug jsonschema click yaml cheroot requests keystoneauth1 openstack manilaclient'.split()\n"
        "found = [name for name in big if name in sys.modules]\n"
        "ours = {name for name in sys.modules if name.startswith('fakemanila.')}\n"
        "found += [name for name in ours if not name.startswith('fakemanila.pytest_')]\n"
        "sys.exit(' '.join(found) or 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_package_says_what_it_has() -> None:
    import fakemanila

    assert {"FakeManila", "fake", "Resource"} <= set(dir(fakemanila))
    with pytest.raises(AttributeError, match="FakeManilla"):
        _ = fakemanila.FakeManilla  # type: ignore[attr-defined]
