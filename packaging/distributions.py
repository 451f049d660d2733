"""Builds the distributions into ``dist/``, a source distribution and a wheel of each: the same bytes wherever it runs.

It builds everything twice, in folders of other names and at other times, and fails where the two differ. The time in
the archives is ``SOURCE_DATE_EPOCH``, or that of the last commit.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECTS = ("", "packaging/pytest-fakemanila")


def epoch() -> int:
    """Seconds since 1970. Raises ``KeyError`` where there is neither the variable nor a repository."""
    if "SOURCE_DATE_EPOCH" not in os.environ:
        log = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
        if log.returncode:
            raise KeyError("SOURCE_DATE_EPOCH")
        return int(log.stdout)
    return int(os.environ["SOURCE_DATE_EPOCH"])


def copy_sources(to: Path) -> None:
    """What git knows and what it would add: no ``build/`` and no ``*.egg-info`` of earlier builds."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)


def normalise(sdist: Path, when: int) -> None:
    """Rewrites what setuptools takes from the machine: times, owners, modes and the order of the files."""
    rewritten = sdist.with_suffix(".new")
    with (
        tarfile.open(sdist) as archive,
        rewritten.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=when) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(archive.getmembers(), key=lambda each: each.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = when, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            new.addfile(member, archive.extractfile(member))
    rewritten.replace(sdist)


def build(project: Path, to: Path, when: int) -> None:
    """A source distribution, and a wheel from it and from nothing else."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(when)}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(to)]
    run([*command, "--sdist", str(project)], environment)
    [sdist] = to.glob("*.tar.gz")
    normalise(sdist, when)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
        run([*command, "--wheel", str(next(Path(folder).iterdir()))], environment)


def run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(done.stdout)


def build_all(sources: Path, name: str, when: int) -> dict[str, bytes]:
    """The files by their names, built from a copy of the sources in a folder of this name."""
    built = {}
    with tempfile.TemporaryDirectory(prefix=name) as folder:
        shutil.copytree(sources, Path(folder) / name)
        for number, project in enumerate(PROJECTS):
            build(Path(folder) / name / project, Path(folder) / f"dist{number}", when)
        for path in Path(folder).glob("dist*/*"):
            built[path.name] = path.read_bytes()
    return built


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--once", action="store_true", help="don't build a second time to compare")
    parser.add_argument("--outdir", type=Path, default=ROOT / "dist", help="dist/ unless given; what was there goes")
    asked = parser.parse_args()
    when = epoch()
    with tempfile.TemporaryDirectory() as folder:
        copy_sources(Path(folder))
        built = build_all(Path(folder), "first", when)
        again = built if asked.once else build_all(Path(folder), "another-folder", when)
    differing = [name for name in built.keys() | again.keys() if built.get(name) != again.get(name)]
    if differing:
        raise SystemExit(f"not the same bytes twice: {', '.join(sorted(differing))}")
    shutil.rmtree(asked.outdir, ignore_errors=True)
    asked.outdir.mkdir(parents=True)
    for name, content in sorted(built.items()):
        (asked.outdir / name).write_bytes(content)
        print(asked.outdir / name)


if __name__ == "__main__":
    main()
