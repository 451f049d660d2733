"""What is in the image, and what isn't."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from .building import REVISION, VERSION, Image
from .conftest import Start

UNCHECKED = 1
"""The flags of bytecode that isn't compared with its source (PEP 552)."""


def test_it_has_no_more_than_a_hundred_megabytes(image: Image) -> None:
    sizes = [path.lstat().st_size for path in image.files.rglob("*") if not path.is_dir()]
    assert 20e6 < sum(sizes) <= 100e6


def test_it_has_neither_shell_nor_package_manager_nor_compiler(image: Image) -> None:
    programs = {path.name for path in image.files.rglob("*") if not path.is_dir() and os.access(path, os.X_OK)}
    assert "fakemanila" in programs
    assert not programs & {
        "sh",
        "bash",
        "dash",
        "busybox",
        "apt",
        "apt-get",
        "dpkg",
        "pip",
        "pip3",
        "gcc",
        "cc",
        "perl",
    }


def test_nothing_in_it_gives_somebody_another_users_rights(image: Image) -> None:
    modes = {path: path.lstat().st_mode for path in image.files.rglob("*") if not path.is_symlink()}
    assert not [path for path, mode in modes.items() if mode & (stat.S_ISUID | stat.S_ISGID)]
    writable = {path.relative_to(image.files).as_posix() for path, mode in modes.items() if mode & stat.S_IWOTH}
    assert writable == {"state", "tmp"}


def test_its_configuration_is_what_orchestrators_ask_for(image: Image) -> None:
    config = image.config
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", config["User"])  # Kubernetes can't tell whether a name is root's
    assert set(config["ExposedPorts"]) == {"8786/tcp"}
    assert set(config["Volumes"]) == {"/state"}
    assert config["Entrypoint"][:2] == ["fakemanila", "serve"]
    assert config["Healthcheck"]["Test"][0] == "CMD"  # and not CMD-SHELL: there is no shell


def test_its_labels_say_what_it_is(image: Image) -> None:
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in image.config["Labels"].items()}
    assert (labels["title"], labels["licenses"]) == ("fakemanila", "Apache-2.0")
    assert (labels["version"], labels["revision"]) == (VERSION, REVISION)
    assert "Manila" in labels["description"]


def test_links_in_it_lead_somewhere(image: Image) -> None:
    def target(link: Path) -> Path:
        to = os.readlink(link)
        return image.files / to.lstrip("/") if to.startswith("/") else link.parent / to

    programs = [path for path in (image.files / "opt/fakemanila/bin").iterdir() if path.is_symlink()]
    assert len(programs) >= 2
    assert not [link for link in programs if not (target(link).exists() or target(link).is_symlink())]


def test_every_module_of_the_package_is_compiled_for_good(image: Image) -> None:
    [package] = image.files.glob("opt/fakemanila/lib/python3.*/site-packages/fakemanila")
    sources = list(package.rglob("*.py"))
    assert len(sources) > 100
    for source in sources:
        [compiled] = (source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc")
        assert int.from_bytes(compiled.read_bytes()[4:8], "little") == UNCHECKED, source


def test_libraries_come_with_their_licences_and_what_scanners_read(image: Image) -> None:
    listed = {path.name: path.read_text() for path in (image.files / "var/lib/dpkg/status.d").iterdir()}
    assert {"libc6", "libsqlite3-0"} <= set(listed)
    for name, text in listed.items():
        assert re.search(rf"^Package: {re.escape(name)}$", text, re.MULTILINE)
        assert re.search(r"^Version: \d", text, re.MULTILINE)
        assert (image.files / "usr/share/doc" / name / "copyright").stat().st_size > 100


def test_what_makes_it_quick_and_what_makes_certificates_is_there(start: Start) -> None:
    imported = start().execute("python", "-c", "import orjson, trustme, ssl; print(ssl.create_default_context())")
    assert imported.returncode == 0, imported.stderr


def test_it_trusts_the_authorities_that_debian_trusts(start: Start) -> None:
    script = "import ssl; print(ssl.create_default_context().cert_store_stats()['x509_ca'])"
    assert int(start().execute("python", "-c", script).stdout) > 50
