"""The pytest plugin beside others; in a process of its own where that matters."""

from __future__ import annotations

import pytest

PROJECT = """
    import pytest

    @pytest.mark.parametrize("number", range(8))
    def test_it(manila, manila_client, number):
        manila_client.shares.create("NFS", 1, name=str(number))
        manila.assert_records("share", [{"name": str(number)}])
"""


def test_each_worker_of_xdist_has_a_server(project: pytest.Pytester) -> None:
    project.makepyfile(
        PROJECT,
        test_other="""
        import os

        def test_url(manila_server):
            with open(f"{os.environ['PYTEST_XDIST_WORKER']}.url", "w") as file:
                file.write(manila_server.url)

        test_again = test_url
        """,
    )
    result = project.runpytest_subprocess("-W", "ignore", "-p", "xdist.plugin", "-n", "2", "--dist", "each")
    result.assert_outcomes(passed=20)
    urls = {path.read_text() for path in project.path.glob("*.url")}
    assert len(urls) == 2


def test_any_order_will_do(full_project: pytest.Pytester) -> None:
    full_project.makepyfile(PROJECT)
    result = full_project.runpytest("-W", "ignore", "-o", "addopts=", "-p", "no:asyncio", "-p", "randomly")
    result.assert_outcomes(passed=8)
    result.stdout.fnmatch_lines(["Using --randomly-seed=*"])


def test_ids_do_not_follow_the_order_of_tests(full_project: pytest.Pytester) -> None:
    full_project.makepyfile(
        """
        import random
        import pytest

        ids = set()

        @pytest.mark.parametrize("number", range(3))
        def test_it(manila, number):
            random.seed(number)
            ids.add(manila.create("share").id)
            assert len(ids) == 1
        """
    )
    full_project.runpytest("-o", "addopts=", "-p", "no:asyncio").assert_outcomes(passed=3)


def test_coroutines_have_the_fixture_too(full_project: pytest.Pytester) -> None:
    full_project.makepyfile(
        """
        import asyncio
        import pytest
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def share(manila):
            return manila.create("share", name="db")

        @pytest.mark.asyncio
        @pytest.mark.fakemanila(delays={"snapshots.create": "30s"}, clock="manual")
        async def test_it(manila, manila_client, share):
            made = await asyncio.to_thread(manila_client.share_snapshots.create, share.id)
            await asyncio.gather(*(asyncio.to_thread(manila.client().shares.list) for _ in range(5)))
            manila.clock.advance("30s")
            found = await asyncio.to_thread(manila_client.share_snapshots.get, made.id)
            assert found.status == "available"

        @pytest.mark.asyncio
        @pytest.mark.fakemanila(faults=[{"preset": "lb-502", "must_fire": True}])
        async def test_fails(manila):
            pass
        """
    )
    result = full_project.runpytest(
        "-W", "ignore", "-o", "addopts=", "-p", "no:randomly", "-o", "asyncio_default_fixture_loop_scope=function"
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["the fault 'lb-502' must fire*"])


def test_a_frozen_clock_moves_the_world(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from datetime import datetime

        import pytest
        from freezegun import freeze_time
        from fakemanila import FakeManila

        @pytest.fixture(params=["served", "in-process"])
        def world(request, manila):
            if request.param == "served":
                yield manila
            else:
                with FakeManila(serve=False) as own:
                    yield own

        def test_it(world):
            with freeze_time("2030-01-01") as frozen:
                world.delays.update({"snapshots.create": "30s"})
                share = world.create("share")
                client = world.client()
                snapshot = client.share_snapshots.create(share.id)
                assert snapshot.created_at.startswith("2030-01-01T00:00:00")
                frozen.tick(29)
                assert client.share_snapshots.get(snapshot.id).status == "creating"
                frozen.tick(1)
                assert client.share_snapshots.get(snapshot.id).status == "available"
                frozen.tick(7200)
                assert len(client.shares.list()) == 1

        def test_after_it_time_runs_again(world):
            assert abs((world.clock.now() - datetime.utcnow()).total_seconds()) < 60

        @freeze_time("2030-01-01")
        class TestFrozenClass:
            def test_it(self, world):
                assert world.clock.now() == datetime(2030, 1, 1)
        """
    )
    # freezegun looks through every module there is, of which this process has too many.
    project.runpytest_subprocess("-W", "ignore").assert_outcomes(passed=6)


def test_classes_of_unittest_use_the_fixture(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import unittest
        import pytest

        @pytest.mark.fakemanila(clock="manual")
        class TestIt(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _manila(self, manila):
                self.manila = manila

            def setUp(self):
                self.manila.create("share", name="db")

            def test_passes(self):
                self.manila.assert_records("share", [{"name": "db"}])

            def test_fails(self):
                self.manila.client().shares.list()
                self.fail("on purpose")
        """
    )
    result = project.runpytest("-W", "ignore")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*on purpose*", "*shares.detail demo@demo*"])


def test_nothing_is_left_behind(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import gc
        import os
        import threading

        import pytest
        from fakemanila import FakeManila

        def held():
            gc.collect()
            return threading.active_count(), len(os.listdir("/proc/self/fd"))

        def use(manila):
            manila.client().shares.list()
            list(manila.connect().shared_file_system.shares())
            manila.world("other").create("share")

        def test_servers():
            with FakeManila() as manila:
                use(manila)
            gc.collect()
            gc.freeze()  # what the clients have imported need not be looked through each time
            before = held()
            for serve in [True, False] * 10:
                with FakeManila(serve=serve) as manila:
                    use(manila)
            assert held() == before
            assert sum(type(each).__name__ == "World" for each in gc.get_objects()) < 3

        counts = []

        @pytest.mark.parametrize("number", range(30))
        def test_fixture(manila, number):
            counts.append(held())
            use(manila)
            # The server closes its ends of connections in its own time.
            assert number < 2 or sum(counts[-1]) < sum(counts[1]) + 8
        """
    )
    strict = ("-W", "error::ResourceWarning", "-W", "error::pytest.PytestUnraisableExceptionWarning")
    result = project.runpytest_subprocess("-W", "ignore", *strict)
    result.assert_outcomes(passed=31)
