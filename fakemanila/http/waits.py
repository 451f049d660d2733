"""Where a thread is about to wait, and others could do what it was to do next."""

from __future__ import annotations

import threading
from collections.abc import Callable


class _Local(threading.local):
    aside: Callable[[], None] | None = None


_LOCAL = _Local()


def step_aside() -> None:
    """Says that this thread is about to wait, so that whoever runs it may have another one go on."""
    if _LOCAL.aside is not None:
        _LOCAL.aside()


def wait(event: threading.Event, seconds: float) -> bool:
    """Waits for an event, no longer than that, beside whatever else there is to do; returns whether it has happened."""
    if seconds > 0:
        step_aside()
    return event.wait(seconds)


def on_step_aside(aside: Callable[[], None] | None) -> None:
    """What is called in this thread from now on when it is about to wait; None for nothing."""
    _LOCAL.aside = aside
