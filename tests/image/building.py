"""Builds the image as `docker build` would, with Buildah, on a Debian that was made on this machine."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
BASE = ROOT / ".cache" / "image" / "trixie.tar"
VERSION = "1.2.3"
REVISION = "0123456789abcdef0123456789abcdef01234567"

_PIP_OPTIONS = {"cert", "extra-index-url", "index-url", "proxy", "timeout", "trusted-host"}
"""What says where pip finds packages, and holds inside the build too."""


@dataclass(frozen=True)
class Image:
    """A built image: its files, in a folder, and its configuration, as `docker inspect` shows it."""

    files: Path
    config: dict[str, Any]


@contextmanager
def built() -> Iterator[Image]:
    """The image, until the end of the block."""
    with TemporaryDirectory(prefix="fakemanila-image-") as folder:
        store = _Store(Path(folder))
        try:
            base = store("from", "scratch")
            store("add", "--quiet", base, str(BASE), "/")
            store("commit", "--quiet", base, "localhost/base")
            store("rm", base)
            store(
                *("build", "--quiet", "--isolation", "chroot", "--format", "docker", "--file", "Containerfile"),
                *("--build-arg", "BASE=localhost/base"),
                *("--build-arg", f"VERSION={VERSION}", "--build-arg", f"REVISION={REVISION}"),
                *_volumes(Path(folder)),
                *("--tag", "localhost/fakemanila", "."),
            )
            config = json.loads(store("inspect", "--type", "image", "localhost/fakemanila"))["Docker"]["config"]
            container = store("from", "--pull-never", "localhost/fakemanila")
            yield Image(Path(store("mount", container)), config)
        finally:
            store("rm", "--all")
            store("rmi", "--all", "--force")


class _Store:
    """Buildah with images and containers of its own, which nothing else on the machine sees."""

    def __init__(self, folder: Path) -> None:
        self._command = [
            "buildah",
            "--storage-driver",
            "vfs",
            "--root",
            f"{folder}/store",
            "--runroot",
            f"{folder}/run",
        ]

    def __call__(self, *arguments: str) -> str:
        """What it prints. Raises AssertionError with its output where it fails."""
        ran = subprocess.run([*self._command, *arguments], cwd=ROOT, capture_output=True, text=True)
        assert ran.returncode == 0, f"buildah {' '.join(arguments)}\n{ran.stdout}{ran.stderr}"
        return ran.stdout.strip()


def _volumes(folder: Path) -> list[str]:
    """Options that have pip in the build ask the index that pip asks here."""
    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    options: dict[str, str] = {}
    for line in shown.stdout.splitlines():
        name, _, value = line.partition("=")
        options[name.rpartition(".")[2]] = ast.literal_eval(value)
    options = {name: value for name, value in options.items() if name in _PIP_OPTIONS and "file://" not in value}
    volumes = []
    if "cert" in options:
        volumes += ["--volume", f"{shutil.copy(options['cert'], folder / 'cert.pem')}:/etc/pip-cert.pem:ro"]
        options["cert"] = "/etc/pip-cert.pem"
    config = folder / "pip.conf"
    config.write_text("[global]\n" + "".join(f"{name} = {value}\n" for name, value in options.items()))
    return [*volumes, "--volume", f"{config}:/etc/pip.conf:ro"]
