"""The decorator, and the mixin for unittest."""

from __future__ import annotations

import asyncio
import inspect
import unittest
from typing import Any

import pytest

import fakemanila
from fakemanila import FakeManila
from fakemanila.testing import FakeManilaMixin


class TestDecorator:
    def test_a_function_gets_one_of_its_own(self) -> None:
        @fakemanila.fake(serve=False, delays={"shares.create": "1s"})
        def use(name: str, manila: FakeManila) -> int:
            """What it does."""
            manila.create("share", name=name)
            assert manila.delays.show()["shares.create"] == "1s"
            return len(manila.records("share"))

        assert [use("a"), use(name="b")] == [1, 1]
        assert use.__doc__ == "What it does."
        assert list(inspect.signature(use).parameters) == ["name"]

    def test_a_method_gets_one(self) -> None:
        class Tests:
            @fakemanila.fake(serve=False)
            def use(self, manila: FakeManila) -> FakeManila:
                return manila

        with pytest.raises(RuntimeError, match="has been stopped"):
            _ = Tests().use().url

    def test_a_coroutine_function_has_it_until_it_is_done(self) -> None:
        @fakemanila.fake(serve=False)
        async def use(manila: FakeManila) -> str:
            await asyncio.sleep(0)
            return str(manila.create("share").status)

        assert inspect.iscoroutinefunction(use)
        assert asyncio.run(use()) == "available"

    def test_a_fault_that_must_fire_is_held_to_it(self) -> None:
        @fakemanila.fake(serve=False, faults=[{"preset": "lb-502", "must_fire": True}])
        def use(manila: FakeManila) -> None:
            pass

        with pytest.raises(AssertionError, match="lb-502"):
            use()

    def test_what_cannot_be_decorated_is_said(self) -> None:
        def without() -> None: ...

        def generator(manila: FakeManila) -> Any:
            yield manila

        class Tests: ...

        for wrong, message in ((without, "no argument 'manila'"), (generator, "with statement"), (Tests, "Mixin")):
            with pytest.raises(TypeError, match=message):
                fakemanila.fake()(wrong)
        with pytest.raises(ValueError, match="clock"):
            fakemanila.fake(clock="fast")  # type: ignore[call-overload]

    def test_pytest_looks_for_no_fixture(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import pytest
            import fakemanila

            @pytest.mark.parametrize("name", ["a", "b"])
            @fakemanila.fake(serve=False)
            def test_it(name, manila, tmp_path):
                assert manila.url == "http://fakemanila.test"
                assert manila.create("share", name=name).name == name
            """
        )
        project.runpytest().assert_outcomes(passed=2)


class TestMixin:
    def run_case(self, case: type[unittest.TestCase]) -> unittest.TestResult:
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
        return result

    def test_each_test_finds_a_new_world_on_the_same_server(self) -> None:
        urls = []

        class Case(FakeManilaMixin, unittest.TestCase):
            manila_options = {"delays": {"shares.create": "1s"}}  # noqa: RUF012

            def setUp(self) -> None:
                super().setUp()
                self.manila.create("share")

            def test_one(self) -> None:
                urls.append(self.manila.url)
                self.manila.assert_records("share", [{}])
                self.assertEqual(self.manila.delays.show()["shares.create"], "1s")  # noqa: PT009
                self.manila.delays.replace({})
                self.manila.world("other").create("share")

            test_two = test_one

        result = self.run_case(Case)
        assert (result.testsRun, result.errors, result.failures) == (2, [], [])
        assert len(set(urls)) == 1
        with pytest.raises(fakemanila.ControlFailure):
            FakeManila.attach(urls[0])

    def test_a_fault_that_must_fire_is_held_to_it(self) -> None:
        class Case(FakeManilaMixin, unittest.TestCase):
            def test_one(self) -> None:
                self.manila.faults.add("lb-502", must_fire=True)

        result = self.run_case(Case)
        assert [str(text).splitlines()[-2] for _, text in result.failures] == [
            "AssertionError: the fault 'lb-502' must fire, and never did; it matched 0 requests"
        ]
