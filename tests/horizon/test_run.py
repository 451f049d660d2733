"""The program that brings both up, as somebody runs it in a shell."""

from __future__ import annotations

import signal
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from .conftest import start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_horizon_and_fakemanila(number: int) -> None:
    running = start()
    addresses = (f"{running.fakemanila}/healthcheck", f"{running.url}auth/login/")
    for address in addresses:
        with urlopen(address) as answer:
            assert answer.status == 200
    assert running.end(number) == 0
    for address in addresses:
        with pytest.raises(URLError):
            urlopen(address)
