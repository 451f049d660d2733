"""The image, built once, and containers of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from .building import Image, built
from .container import Container


class Start(Protocol):
    """Starts a container and waits until it says that it is ready; see Container for the arguments."""

    def __call__(self, *arguments: str, **options: Any) -> Container: ...


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    with built() as image:
        yield image


@pytest.fixture
def start(image: Image, tmp_path: Path) -> Iterator[Start]:
    started: list[Container] = []

    def start(*arguments: str, **options: Any) -> Container:
        folder = tmp_path / f"container-{len(started)}"
        folder.mkdir()
        container = Container(image, folder, *arguments, **options)
        started.append(container)
        return container

    yield start
    for container in started:
        container.remove()


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """An empty volume as Docker makes it: like the folder in the image that it is put over."""
    folder = tmp_path / "volume"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder
