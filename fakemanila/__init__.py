"""fakemanila: a fake of OpenStack Manila that behaves, and that misbehaves on request."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app as create_app
    from .app import current_manila as current_manila
    from .control.client import ControlFailure as ControlFailure
    from .control.client import Diff as Diff
    from .python.checkpoints import Checkpoint as Checkpoint
    from .python.fake_manila import FakeManila as FakeManila
    from .python.records import Resource as Resource
    from .python.replay import Replay as Replay
    from .testing import fake as fake

__version__ = "0.2.0"

_WHERE = {
    "Checkpoint": ".python.checkpoints",
    "ControlFailure": ".control.client",
    "Diff": ".control.client",
    "FakeManila": ".python.fake_manila",
    "Replay": ".python.replay",
    "Resource": ".python.records",
    "create_app": ".app",
    "current_manila": ".app",
    "fake": ".testing",
}

__all__ = [
    "Checkpoint",
    "ControlFailure",
    "Diff",
    "FakeManila",
    "Replay",
    "Resource",
    "__version__",
    "create_app",
    "current_manila",
    "fake",
]


if not TYPE_CHECKING:  # with it, a type checker would take any name for one that there is

    def __getattr__(name: str) -> Any:
        # Imported on first use: the pytest plugin imports this package in every project that has it installed.
        if name in _WHERE:
            from .garbage import collecting_nothing

            with collecting_nothing():  # three hundred modules are no garbage
                found = globals()[name] = getattr(import_module(_WHERE[name], __name__), name)
            return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
