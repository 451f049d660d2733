"""What a comparison does where somebody interrupts it: once to have it clean up, twice to have it go."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(stop: Event, say: Callable[[str], None], *, stays: str = "") -> Iterator[None]:
    """The first SIGINT or SIGTERM sets `stop`; the second ends the process at once, and says what `stays` then."""

    def interrupted(*_: Any) -> None:
        if stop.is_set():
            if stays:
                say(f"stopped: {stays}")
            os._exit(1)
        stop.set()
        if stays:
            say("interrupted: what was made there is being removed; once more, and it stays")

    if current_thread() is not main_thread():  # then signals are somebody else's
        yield
        return
    before = {each: signal.signal(each, interrupted) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
