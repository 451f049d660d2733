"""Without pytest: a decorator, and a mixin for `unittest`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .fake_manila import FakeManila

if TYPE_CHECKING:
    import unittest

    _Base = unittest.TestCase
else:
    _Base = object

Function = TypeVar("Function", bound=Callable[..., Any])
_ARGUMENT = "manila"


def fake(**options: Any) -> Callable[[Function], Function]:
    """Runs a function, a method or a coroutine function with a `FakeManila` of its own as its argument `manila`.

    >>> @fake(delays={"snapshots.create": "30s"})
    ... def test_it_waits(manila): ...

    The options are those of `FakeManila`. Raises TypeError for what has no such argument.
    """
    FakeManila(**options)  # what is wrong with them is said where they are written

    def decorate(function: Function) -> Function:
        if inspect.isclass(function):
            raise TypeError(f"{function.__name__}: a class takes fakemanila.testing.FakeManilaMixin")
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(f"{function.__name__}: a generator goes on after it has returned; use a with statement")
        signature = inspect.signature(function)
        if _ARGUMENT not in signature.parameters:
            raise TypeError(f"{function.__name__}: it has no argument {_ARGUMENT!r}")

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with FakeManila(**options) as manila:
                return function(*args, **kwargs, manila=manila)

        @functools.wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            with FakeManila(**options) as manila:
                return await function(*args, **kwargs, manila=manila)

        wrapper: Any = run_async if inspect.iscoroutinefunction(function) else run
        # Whoever calls it gives all arguments but this one; pytest would look for a fixture of that name.
        left = [each for name, each in signature.parameters.items() if name != _ARGUMENT]
        wrapper.__signature__ = signature.replace(parameters=left)
        del wrapper.__wrapped__
        decorated: Function = wrapper
        return decorated

    return decorate


class FakeManilaMixin(_Base):
    """For a `unittest.TestCase`: `self.manila`, in a new state for each test; the server lives as long as the class.

    >>> class TestBackup(FakeManilaMixin, unittest.TestCase):
    ...     manila_options = {"delays": {"snapshots.create": "30s"}}

    A fault with ``must_fire`` that never did fails the test.
    """

    manila: FakeManila
    manila_options: ClassVar[Mapping[str, Any]] = {}
    """What `FakeManila` is made with."""

    _server: ClassVar[FakeManila]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._server = FakeManila(**cls.manila_options).start()
        cls.addClassCleanup(cls._server.stop)

    def setUp(self) -> None:
        super().setUp()
        self.manila = self._server._lease()
        self.manila.reset()
        self.addCleanup(self.manila._give_back)
        self.addCleanup(self.manila.assert_faults_fired)
