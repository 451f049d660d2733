"""Where the facts come from: Manila's source distribution, packed or unpacked, or its API reference alone."""

from __future__ import annotations

import hashlib
import lzma
import re
import tarfile
import zlib
from dataclasses import dataclass
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

from ... import files

REFERENCE = "api-ref/source/"

_WANTED = re.compile(
    r"(api-ref/source/.*\.(inc|yaml|json)|manila/(policies|api/schemas|api/validation|api/v2)/[a-z_]+\.py"
    r"|manila/common/constants\.py|PKG-INFO)$"
)
_POLICIES = re.compile(r"manila/(policies/[a-z_]+|common/constants)\.py$")
_MAX_MEMBER = 16 * 1024 * 1024
"""Bytes that one file of a source may have; Manila's largest has a hundredth of that."""
_MAX_PACKED = 256 * 1024 * 1024
_VERSION = re.compile(r"^Version: (\S+)$", re.MULTILINE)


class SourceError(Exception):
    """The source can't be read or has no API reference in it."""


@dataclass(frozen=True)
class Source:
    """The files of a release that derivation reads, by their path inside it."""

    files: dict[str, str]
    name: str
    sha256: str | None
    """Of the tarball; None for a directory, whose provenance is unknown."""
    date: str | None
    """When the tarball was built (its newest member), as YYYY-MM-DD."""

    @property
    def release(self) -> str | None:
        """The release, such as 23.0.1; None where the source doesn't say."""
        match = _VERSION.search(self.files.get("PKG-INFO", ""))
        return match[1] if match else None

    @property
    def chapters(self) -> dict[str, str]:
        """The text of each chapter, by the chapter's name with underscores (``share_types``)."""
        found = {}
        for path, text in sorted(self.files.items()):
            if path.startswith(REFERENCE) and path.endswith(".inc"):
                found[path.removeprefix(REFERENCE).removesuffix(".inc").replace("-", "_")] = text
        return found

    @property
    def policies(self) -> dict[str, str]:
        """The policy modules by name, and ``constants``; empty where the source is the API reference alone."""
        return {
            path.rpartition("/")[2].removesuffix(".py"): text
            for path, text in sorted(self.files.items())
            if _POLICIES.match(path)
        }

    @property
    def modules(self) -> dict[str, str]:
        """Manila's own modules, by their dotted names."""
        return {
            path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): text
            for path, text in sorted(self.files.items())
            if path.endswith(".py")
        }

    @property
    def samples(self) -> dict[str, str]:
        """The text of each sample body, by file name."""
        folder = f"{REFERENCE}samples/"
        return {path.removeprefix(folder): text for path, text in self.files.items() if path.startswith(folder)}

    @property
    def parameters(self) -> str:
        return self.files[REFERENCE + "parameters.yaml"]


def read(path: Path) -> Source:
    """Reads a source: a ``.tar.gz``, an unpacked release, or the ``api-ref`` (or ``api-ref/source``) folder of one.

    Raises SourceError where it has no API reference.
    """
    source = read_any(path)
    if REFERENCE + "parameters.yaml" not in source.files:
        raise SourceError(f"{path} holds no {REFERENCE}parameters.yaml")
    return source


def read_any(path: Path) -> Source:
    """As :func:`read`, of any part of a release: an installed Manila has no API reference."""
    try:
        files.check_readable(path, folder=True)
        source = _read_directory(path) if path.is_dir() else _read_tarball(path)
    except files.FileProblem as error:
        raise SourceError(str(error)) from None
    return source


def _read_tarball(path: Path) -> Source:
    found = {}
    newest = 0.0
    packed = files.read_bytes(path, _MAX_PACKED)
    try:
        with tarfile.open(fileobj=BytesIO(packed)) as archive:
            for member in archive:
                newest = max(newest, member.mtime)
                inside = member.name.partition("/")[2]
                content = archive.extractfile(member) if _WANTED.match(inside) else None
                if content is not None:
                    found[inside] = files.read_stream(content, f"{path}: {inside}", _MAX_MEMBER)
        date = datetime.fromtimestamp(newest, timezone.utc).date().isoformat()
    except files.FileProblem:
        raise
    except (tarfile.TarError, EOFError, LookupError, ValueError, OverflowError, OSError, zlib.error, lzma.LZMAError):
        raise SourceError(f"{path}: it is not a source distribution (.tar.gz), or a broken one") from None
    return Source(found, path.name, hashlib.sha256(packed).hexdigest(), date)


def _read_directory(path: Path) -> Source:
    if (path / "parameters.yaml").is_file():
        prefix = REFERENCE
    elif (path / "source" / "parameters.yaml").is_file():
        prefix = "api-ref/"
    else:
        prefix = ""
    roots = [path / folder for folder in ("api-ref", "manila", "PKG-INFO")] if not prefix else [path]
    found = {}
    for root in roots:
        for file in [root] if root.is_file() else sorted(root.rglob("*")):
            inside = prefix + file.relative_to(path).as_posix()
            if file.is_file() and _WANTED.match(inside):
                found[inside] = files.read_text(file, _MAX_MEMBER)
    return Source(found, path.name, None, None)
