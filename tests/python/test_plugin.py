"""The pytest plugin in a user's project."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from fakemanila import FakeManila


def test_the_fixture_is_one_word(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_a_share(manila):
            share = manila.client().shares.create("NFS", 1)
            assert manila.client().shares.get(share.id).status == "available"
        """
    )
    project.runpytest("-W", "ignore").assert_outcomes(passed=1)


def test_every_test_finds_a_new_world_on_the_same_server(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        seen = []

        @pytest.mark.parametrize("number", range(3))
        def test_it(manila, manila_server, number):
            assert manila.records("share") == []
            assert manila.delays.show() == {"default": 0}
            assert manila.faults.list() == []
            assert manila.requests.count() == 0
            assert "other" not in manila.control.worlds.list()
            manila.create("share")
            manila.world("other").create("share")
            manila.delays.update({"shares.create": "1h"})
            manila.faults.add("lb-502")
            seen.append(manila.url)
            assert set(seen) == {manila_server.url}
        """
    )
    project.runpytest().assert_outcomes(passed=3)


def test_checkpoints_of_a_test_go_with_it_and_those_of_wider_fixtures_stay(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="module")
        def filled(manila_server):
            manila_server.create("share", name="db")
            return manila_server.checkpoint("filled")

        @pytest.mark.parametrize("number", range(2))
        def test_it(filled, manila, number):
            assert manila.records("share") == []
            filled.restore()
            assert [share.name for share in manila.records("share")] == ["db"]
            manila.checkpoint()
            assert len(manila.checkpoints) == 2
        """
    )
    project.runpytest().assert_outcomes(passed=2)


def test_worlds_of_wider_fixtures_stay(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="module")
        def catalog(manila_server):
            catalog = manila_server.world("catalog")
            catalog.create("share", name="master")
            return catalog

        def test_one(catalog, manila):
            catalog.assert_records("share", [{"name": "master"}])

        def test_two(manila, catalog):
            catalog.assert_records("share", [{"name": "master"}])
            manila.assert_records("share", [])
        """
    )
    project.runpytest().assert_outcomes(passed=2)


def test_the_clients_are_fixtures_of_demo_or_of_whom_a_test_says(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        def who(manila):
            return manila.requests.last()["user_name"], manila.requests.last()["project_name"]

        def test_clients(manila, manila_session, manila_connection, manila_client):
            manila_session.get("/shares", endpoint_filter={"service_type": "sharev2"})
            assert who(manila) == ("demo", "demo")
            assert list(manila_connection.shared_file_system.shares()) == []
            assert who(manila) == ("demo", "demo")
            assert manila_client.shares.list() == []
            assert who(manila) == ("demo", "demo")

        @pytest.mark.fakemanila(user="admin")
        def test_marker(manila, manila_client):
            manila_client.shares.list()
            assert who(manila) == ("admin", "admin")

        @pytest.mark.parametrize("manila_client", ["demo_reader", {"user": "admin", "project": "demo"}], indirect=True)
        def test_indirect(manila, manila_client):
            manila_client.shares.list()
            assert who(manila) in (("demo_reader", "demo"), ("admin", "demo"))
        """
    )
    project.runpytest("-W", "ignore").assert_outcomes(passed=4)


def test_markers_of_module_class_and_test_count_together(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.fakemanila(clock="manual", delays={"default": "1s", "shares.create": "1s"})

        @pytest.mark.fakemanila(delays={"shares.create": "2s"}, faults=["quota:shares"], max_microversion="2.60")
        class TestIt:
            @pytest.mark.fakemanila(faults=["quota:snapshots"], max_microversion="2.40", seed=5, strict=True)
            def test_closest_wins(self, manila):
                assert manila.clock.show()["mode"] == "manual"
                assert manila.delays.show() == {"default": "1s", "shares.create": "2s"}
                assert [fault["preset"] for fault in manila.faults] == ["quota:shares", "quota:snapshots"]
                assert str(manila.client().api_version.ver_minor) == "40"

            def test_next(self, manila):
                assert [fault["preset"] for fault in manila.faults] == ["quota:shares"]
                assert str(manila.client().api_version.ver_minor) == "60"

        def test_reset_goes_back_to_what_the_marker_says(manila):
            manila.clock.set(mode="real")
            manila.delays.replace({})
            manila.reset()
            assert manila.clock.show()["mode"] == "manual"
            assert manila.delays.show()["shares.create"] == "1s"
        """
    )
    project.makepyfile(
        test_other="""
        def test_no_marker(manila):
            assert manila.clock.show()["mode"] == "real"
            assert manila.delays.show() == {"default": 0}
            assert manila.client().api_version.ver_minor > 90
        """
    )
    project.runpytest("-W", "ignore").assert_outcomes(passed=4)


def test_scenarios_are_found_beside_the_test(project: pytest.Pytester) -> None:
    folder = project.mkpydir("sub")
    (folder / "start.yaml").write_text("resources: [{kind: share, name: db}]\n")
    (folder / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.fakemanila(scenario=['start.yaml', {'resources': [{'kind': 'share', 'name': 'web'}]}])\n"
        "def test_it(manila):\n"
        "    manila.assert_records('share', [{'name': 'db'}, {'name': 'web'}])\n"
    )
    project.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("dleays={}", "*'dleays' is not an option of fakemanila; did you mean 'delays'?"),
        ("'manual'", "*'manual' needs a name: all options are keywords"),
        ("delays={'snapshot.create': 1}", "*delays: no operation is called 'snapshot.create'*"),
        ("faults=['quota:snap']", "*quota:snap*"),
        ("scenario='none.yaml'", "*none.yaml*"),
        ("clock='slow'", "*clock*'slow'*"),
        (
            "scenario={'resources': [{'kind': 'snapshot', 'share': 'db'}]}",
            "*resources[[]0[]].share: there is no share 'db'*",
        ),
    ],
)
def test_what_is_wrong_with_a_marker_is_said_and_harms_no_other_test(
    project: pytest.Pytester, marker: str, message: str
) -> None:
    project.makepyfile(
        f"""
        import pytest

        @pytest.mark.fakemanila({marker})
        def test_wrong(manila):
            pass

        def test_right(manila):
            assert manila.records("share") == []
        """
    )
    result = project.runpytest()
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")
    result.stdout.no_fnmatch_line("*pytest_plugin/*.py*")


def test_the_ini_file_says_what_all_tests_start_from(project: pytest.Pytester) -> None:
    (project.path / "start.yaml").write_text("resources: [{kind: share, name: db}]\n")
    with (project.path / "pytest.ini").open("a") as ini:
        ini.write(
            "fakemanila_seed = 7\n"
            "fakemanila_clock = manual\n"
            "fakemanila_max_microversion = 2.50\n"
            "fakemanila_strict = true\n"
            "fakemanila_services = network\n"
            "fakemanila_scenario = start.yaml\n"
            "fakemanila_delays =\n"
            "    snapshots.create = 2s\n"
            '    shares.* = {"uniform": ["1s", "3s"]}\n'
        )
    project.makepyfile(
        """
        import pytest

        def test_ini(manila):
            assert manila.state.dump()["seed"].startswith("7/")
            assert manila.clock.show()["mode"] == "manual"
            assert manila.delays.show() == {
                "default": 0, "snapshots.create": "2s", "shares.*": {"uniform": ["1s", "3s"]}
            }
            assert manila.client().api_version.ver_minor == 50
            manila.assert_records("share", [{"name": "db"}])
            assert list(manila.connect().network.networks()) == []

        @pytest.mark.fakemanila(seed=8, delays={"snapshots.create": 0}, clock="real")
        def test_marker_wins(manila):
            assert manila.state.dump()["seed"].startswith("8/")
            assert manila.delays.show()["snapshots.create"] == 0
            assert manila.clock.show()["mode"] == "real"
        """
    )
    project.runpytest("-W", "ignore").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("line", "message"),
    [("fakemanila_seed = x", "*fakemanila_seed: 'x'*"), ("fakemanila_delays = 2s", "*'2s' is not a valid delay*")],
)
def test_what_is_wrong_with_the_ini_file_is_said(project: pytest.Pytester, line: str, message: str) -> None:
    with (project.path / "pytest.ini").open("a") as ini:
        ini.write(f"{line}\n")
    project.makepyfile("def test_it(manila): pass")
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


def test_a_scenario_that_is_no_file_is_said_in_one_line(project: pytest.Pytester) -> None:
    os.mkfifo(project.path / "pipe.yaml")
    with (project.path / "pytest.ini").open("a") as ini:
        ini.write("fakemanila_scenario = pipe.yaml\n")
    project.makepyfile("def test_it(manila): pass")
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at setup of test_it*", "*: pipe.yaml: it is not a regular file", "=*"], consecutive=True
    )


class TestReport:
    def test_a_failed_test_shows_what_was_asked(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import pytest

            @pytest.mark.fakemanila(delays={"snapshots.create": "30s"}, clock="manual")
            def test_it(manila, manila_client):
                manila.faults.add("quota:shares", name="no room", times=1)
                share = manila.create("share", name="db")
                manila_client.share_snapshots.create(share.id)
                manila_client.shares.create("NFS", 1)

            def test_passes(manila, manila_client):
                manila_client.shares.list()
            """
        )
        result = project.runpytest("-W", "ignore")
        result.assert_outcomes(failed=1, passed=1)
        result.stdout.fnmatch_lines(
            [
                "*- fakemanila -*",
                "world default at 2026-01-01T00:00:00.000000 (manual clock)",
                "requests: 3",
                "*POST /v2/snapshots -> 202 snapshots.create demo@demo*",
                "*POST /v2/shares -> 413 shares.create demo@demo fault='no room'*",
                "    why: The fault 'no room' answered 413.",
                "under way:",
                "  snapshots.create of *, ends 2026-01-01T00:00:30.000000: success",
                "faults:",
                "  no room: matched 1, fired 1",
            ]
        )
        assert str(result.stdout).count("- fakemanila -") == 1

    def test_a_failing_setup_and_a_failing_teardown_show_it_too(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import pytest

            @pytest.fixture
            def broken(manila, manila_client):
                manila_client.shares.list()
                raise KeyError("setup")

            @pytest.fixture
            def breaks(manila, manila_client):
                yield
                manila_client.shares.create("NFS", 1, name="left")
                raise KeyError("teardown")

            def test_setup(broken): pass

            def test_teardown(breaks): pass
            """
        )
        result = project.runpytest("-W", "ignore")
        result.assert_outcomes(errors=2, passed=1)
        result.stdout.fnmatch_lines(
            ["*- fakemanila -*", "*shares.detail demo@demo*", "*- fakemanila -*", "*shares.create demo@demo*left*"]
        )

    def test_other_worlds_of_the_test_are_shown(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            def test_it(manila):
                manila.world("other").client().shares.list()
                raise KeyError
            """
        )
        result = project.runpytest("-W", "ignore")
        result.stdout.fnmatch_lines(["world default at *", "requests: none", "world other at *", "*shares.detail*"])

    def test_a_test_without_the_fixture_shows_nothing(self, project: pytest.Pytester) -> None:
        project.makepyfile("def test_it(): raise KeyError")
        result = project.runpytest()
        result.assert_outcomes(failed=1)
        result.stdout.no_fnmatch_line("*- fakemanila -*")


class TestFaultsThatMustFire:
    def test_one_that_did_not_fails_the_test(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import unittest
            import pytest

            @pytest.mark.fakemanila(faults=[{"preset": "quota:snapshots", "must_fire": True}])
            def test_never(manila, manila_client):
                manila_client.shares.list()

            def test_too_late(manila, manila_client):
                manila.faults.add("lb-502", name="late", operation="shares.detail", after=5, must_fire=True)
                manila_client.shares.list()

            def test_nearly(manila, manila_client):
                manila.faults.add(name="nearly", do={"respond": {"status": 503}}, operation="shares.detail",
                                  project="alt_demo", must_fire=True)
                manila_client.shares.list()

            @pytest.mark.usefixtures("manila")
            class TestCase(unittest.TestCase):
                @pytest.fixture(autouse=True)
                def _manila(self, manila):
                    self.manila = manila

                def test_never(self):
                    self.manila.faults.add("lb-502", name="in a class", must_fire=True)
            """
        )
        result = project.runpytest("-W", "ignore")
        result.assert_outcomes(failed=4)
        result.stdout.fnmatch_lines(
            [
                "the fault 'quota:snapshots' must fire, and never did; it matched 0 requests",
                "the fault 'late' must fire, and never did; it matched 1 requests",
                "the fault 'nearly' must fire, and never did; it matched 0 requests",
                "  req-* (shares.detail) missed it by project: *",
                "the fault 'in a class' must fire, and never did; it matched 0 requests",
            ]
        )

    def test_one_that_did_passes_and_other_failures_go_before_it(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import pytest

            def test_fired(manila, manila_client):
                manila.faults.add("lb-502", operation="shares.detail", times=1, must_fire=True)
                with pytest.raises(Exception, match="502"):
                    manila_client.shares.list()

            def test_failed(manila):
                manila.faults.add("lb-502", must_fire=True)
                raise KeyError("this one")

            def test_skipped(manila):
                manila.faults.add("lb-502", must_fire=True)
                pytest.skip()
            """
        )
        result = project.runpytest("-W", "ignore")
        result.assert_outcomes(passed=1, failed=1, skipped=1)
        result.stdout.no_fnmatch_line("*must fire*never did*")


class TestElsewhere:
    @pytest.fixture(scope="class")
    def server(self) -> Iterator[FakeManila]:
        with FakeManila(max_microversion="2.70") as server:
            yield server

    def test_tests_have_worlds_of_their_own_that_are_gone_afterwards(
        self, project: pytest.Pytester, server: FakeManila
    ) -> None:
        project.makepyfile(
            """
            import pytest

            urls = []

            @pytest.mark.parametrize("number", range(2))
            @pytest.mark.fakemanila(seed=7, clock="manual")
            def test_it(manila, manila_server, manila_client, number):
                assert manila.url.startswith(f"{manila_server.url}/worlds/pytest-")
                assert manila.url not in urls
                urls.append(manila.url)
                manila.assert_records("share", [])
                manila_client.shares.create("NFS", 1)
                assert manila_client.api_version.ver_minor == 70
                assert manila.state.dump()["seed"].startswith("7/")
                assert manila.world("other").url.startswith(manila.url + ".other")
                manila.world("other").create("share")
                assert len(manila.control.worlds.list()) == 3

            def test_fails(manila, manila_client):
                manila_client.shares.list()
                raise KeyError
            """
        )
        with (project.path / "pytest.ini").open("a") as ini:
            ini.write(f"fakemanila_url = {server.url}\n")
        for arguments in ((), ("--fakemanila-url", server.url)):
            result = project.runpytest("-W", "ignore", *arguments)
            result.assert_outcomes(passed=2, failed=1)
            result.stdout.fnmatch_lines([f"fakemanila: {server.url}", "world pytest-*", "*shares.detail demo@demo"])
        assert server.control.worlds.list() == ["default"]
        assert server.requests.count() == 0

    def test_a_failing_teardown_shows_what_was_asked(self, project: pytest.Pytester, server: FakeManila) -> None:
        project.makepyfile(
            """
            import pytest

            @pytest.fixture
            def breaks(manila, manila_client):
                yield
                manila_client.shares.list()
                raise KeyError

            def test_it(breaks): pass
            """
        )
        result = project.runpytest("-W", "ignore", "--fakemanila-url", server.url)
        result.assert_outcomes(errors=1, passed=1)
        result.stdout.fnmatch_lines(["*shares.detail demo@demo"])

    def test_a_server_that_is_gone_does_not_hide_why_a_test_failed(self, project: pytest.Pytester) -> None:
        project.makeconftest(
            """
            from fakemanila import FakeManila

            server = FakeManila().start()

            def pytest_configure(config):
                config.option.fakemanila_url = server.url
            """
        )
        project.makepyfile(
            """
            from conftest import server

            def test_it(manila):
                server.stop()
                raise KeyError("this is why")
            """
        )
        result = project.runpytest("-W", "ignore")
        result.assert_outcomes(failed=1, errors=1)
        result.stdout.fnmatch_lines(["*KeyError: 'this is why'", "what was asked cannot be told: cannot reach http*"])

    def test_nobody_there_is_said_in_a_line(self, project: pytest.Pytester) -> None:
        project.makepyfile("def test_it(manila): pass")
        result = project.runpytest("--fakemanila-url", "http://127.0.0.1:1")
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["--fakemanila-url: cannot reach http://127.0.0.1:1*"])
        result.stdout.no_fnmatch_line("*Traceback*")


def test_fixtures_and_marker_describe_themselves(project: pytest.Pytester) -> None:
    result = project.runpytest("--fixtures")
    result.stdout.fnmatch_lines_random(["manila_server*", "manila -- *", "manila_session -- *"])
    project.runpytest("--markers").stdout.fnmatch_lines(["@pytest.mark.fakemanila(delays*"])


def test_a_test_cannot_stop_the_server_of_the_others(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_one(manila):
            manila.stop()

        def test_two(manila):
            with manila:
                manila.create("share")
        """
    )
    project.runpytest().assert_outcomes(passed=2)


def test_a_fixture_of_the_session_is_told_that_it_wants_the_server(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        def wide(manila): pass

        def test_it(wide): pass
        """
    )
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ScopeMismatch*"])


def test_a_failed_test_has_a_picture_of_what_went_on_on_request(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_passes(manila):
            pass

        def test_fails(manila):
            manila.client().shares.create("NFS", 1, name="db")
            manila.world("other").create("share")
            raise KeyError("asked")
        """
    )
    result = project.runpytest("--fakemanila-timelines", "pictures", "-W", "ignore")
    result.assert_outcomes(passed=1, failed=1)
    name = "test_a_failed_test_has_a_picture_of_what_went_on_on_request.py-test_fails"
    assert sorted(path.name for path in (project.path / "pictures").iterdir()) == [f"{name}-other.svg", f"{name}.svg"]
    assert "share db" in (project.path / "pictures" / f"{name}.svg").read_text()
    result.stdout.fnmatch_lines(["*- fakemanila timeline -*", f"pictures/{name}.svg"])


def test_modules_of_fakemanila_are_imported_as_outside_of_pytest(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_it(manila):
            manila.create("share")
            ours = {name: each for name, each in sys.modules.items() if name.startswith("fakemanila.")}
            mine = [each for name, each in ours.items() if not name.startswith("fakemanila.pytest_plugin")]
            assert len(mine) > 200
            assert {type(each.__loader__).__name__ for each in mine} == {"SourceFileLoader"}
            assert type(sys.modules[__name__].__loader__).__name__ == "AssertionRewritingHook"
        """
    )
    finders = list(sys.meta_path)
    project.runpytest_subprocess().assert_outcomes(passed=1)
    project.runpytest_inprocess().assert_outcomes(passed=1)
    assert sys.meta_path == finders
