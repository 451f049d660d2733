"""What users install: the sdist and the wheel made from it."""

from __future__ import annotations

import http.client
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("fakemanila", "schemas", "fixtures", "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist and the wheel, built from a copy so that no stale ``build/`` gets in."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "build", "--no-isolation", str(source)]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "your builds will no longer be supported" not in built.stdout + built.stderr
    return source / "dist"


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    [path] = dist.glob("*.whl")
    return path


def files(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_has_the_package_the_contract_and_the_scenarios_and_no_more(wheel: Path) -> None:
    expected = {f"fakemanila/{name}" for name in files("fakemanila")}
    expected |= {f"fakemanila/_schemas/{name}" for name in files("schemas")}
    expected |= {f"fakemanila/_fixtures/{name}" for name in files("fixtures") if not name.startswith("recorded/")}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == expected


def test_the_sdist_has_what_the_wheel_is_built_from(dist: Path) -> None:
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"LICENSE", "README.md", "pyproject.toml", "setup.cfg"} <= names
    assert {f"schemas/{name}" for name in files("schemas")} <= names
    assert not [name for name in names if name.startswith("fixtures/recorded/")]


def test_an_installed_wheel_serves_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    """In an environment that has its dependencies already. `make package` also installs those that it declares."""
    venv.create(tmp_path / "env")
    bin_dir = tmp_path / "env" / "bin"
    [packages] = (tmp_path / "env" / "lib").glob("python*/site-packages")
    # A path in such a file brings packages, and not the editable fakemanila, which is a file of this kind itself.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", str(bin_dir / "python")]  # one of its own takes as long as the rest
    install = [*pip, "install", "--quiet", "--no-compile", "--no-deps", "--no-index", "--ignore-installed", str(wheel)]
    installed = subprocess.run(install, capture_output=True, text=True)
    assert installed.returncode == 0, installed.stderr

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = [str(bin_dir / "python"), "-c", "import fakemanila; print(fakemanila.__file__)"]
    assert subprocess.check_output(where, cwd=elsewhere, text=True).startswith(str(packages))
    command = [str(bin_dir / "fakemanila"), "serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=elsewhere, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        ready = server.stdout.readline().split()
        assert ready[:2] == ["fakemanila", "ready"], "no ready line"
        url = urlsplit(ready[2].removeprefix("url="))
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().status == 300
        connection.close()
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0
    finally:
        server.kill()
        server.communicate()
