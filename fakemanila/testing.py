"""Without pytest: a decorator, and a mixin for `unittest`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, ParamSpec, Protocol, TypedDict, TypeVar, overload

from .python.fake_manila import FakeManila

if TYPE_CHECKING:
    import os
    import unittest
    from datetime import datetime, timedelta

    from typing_extensions import Unpack

    from .python.options import Source

    _Base = unittest.TestCase
else:
    _Base = object

P = ParamSpec("P")
R = TypeVar("R")
Result = TypeVar("Result", covariant=True)
_ARGUMENT = "manila"
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Options(TypedDict, total=False):
    """The keywords of `FakeManila`."""

    seed: int | None
    delays: Mapping[str, Any] | None
    faults: str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]]
    scenario: Source | Iterable[Source] | None
    backends: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
    clock: Literal["real", "manual"] | None
    rate: float | None
    start: datetime | str | None
    min_microversion: str | None
    max_microversion: str | None
    identity: Literal["strict", "open"] | None
    token_ttl: float | str | timedelta | None
    strict: bool | None
    services: str | Sequence[str] | None
    release: str | None
    policy: str | os.PathLike[str] | None
    hooks: bool
    journal_size: int
    serve: bool
    host: str
    port: int
    control_token: str | None
    public_url: str | None
    trust_proxy: bool
    tls: bool | Literal["valid", "expired", "wrong-name", "unknown-ca"]
    client_ca: bool | str | os.PathLike[str]


class _TakesManilaFirst(Protocol[P, Result]):
    def __call__(self, manila: FakeManila, *args: P.args, **kwargs: P.kwargs) -> Result: ...


class _Decorator(Protocol):
    """A type checker knows the arguments that are left where `manila` is the first one; elsewhere it allows any."""

    @overload
    def __call__(self, function: _TakesManilaFirst[P, R], /) -> Callable[P, R]: ...

    @overload
    def __call__(self, function: Callable[..., R], /) -> Callable[..., R]: ...


@overload
def fake(function: _TakesManilaFirst[P, R], /) -> Callable[P, R]: ...


@overload
def fake(function: Callable[..., R], /) -> Callable[..., R]: ...


@overload
def fake(**options: Unpack[Options]) -> _Decorator: ...


def fake(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Runs a function, a method or a coroutine function with a `FakeManila` of its own as its argument `manila`.

    >>> @fake(delays={"snapshots.create": "30s"})
    ... def test_it_waits(manila): ...

    The options are those of `FakeManila`; without any, ``@fake`` is enough. Raises TypeError for what has no such
    argument.
    """
    if function is not None:
        return _decorated(function, {})
    FakeManila(**options)  # what is wrong with them is said where they are written
    return lambda function: _decorated(function, options)


def _decorated(function: Callable[..., Any], options: Mapping[str, Any]) -> Callable[..., Any]:
    if not callable(function):
        raise TypeError(f"{function!r} is not a function: the options of fake are keywords, such as fake(seed=7)")
    name = getattr(function, "__name__", repr(function))
    if inspect.isclass(function):
        raise TypeError(f"{name}: a class takes fakemanila.testing.FakeManilaMixin")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(f"{name}: a generator runs on after it has returned; use a with statement")
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    places = [place for place, each in enumerate(parameters) if each.name == _ARGUMENT and each.kind not in _VARIABLE]
    if not places:
        raise TypeError(f"{name}: it has no argument {_ARGUMENT!r}")
    (place,) = places
    positional = parameters[place].kind != inspect.Parameter.KEYWORD_ONLY

    def with_manila(args: tuple[Any, ...], kwargs: dict[str, Any], manila: FakeManila) -> Any:
        if positional and len(args) >= place:
            return function(*args[:place], manila, *args[place:], **kwargs)
        return function(*args, **kwargs, manila=manila)

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with FakeManila(**options) as manila:
            return with_manila(args, kwargs, manila)

    @functools.wraps(function)
    async def run_async(*args: Any, **kwargs: Any) -> Any:
        with FakeManila(**options) as manila:
            return await with_manila(args, kwargs, manila)

    wrapper: Any = run_async if inspect.iscoroutinefunction(function) else run
    # Whoever calls it gives all arguments but this one; pytest would look for a fixture of that name.
    wrapper.__signature__ = signature.replace(parameters=[each for each in parameters if each.name != _ARGUMENT])
    del wrapper.__wrapped__
    made: Callable[..., Any] = wrapper
    return made


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
