"""Tests examples/go_gophercloud with the gophercloud that Debian has, where the one it is written for can't be had.

    python -m tests.go.older_gophercloud GO

GO is the program. That release, 0.12, has the same calls without contexts; so the example is rewritten in a temporary
folder. Where the package isn't installed nothing is tested, and that is said.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "go_gophercloud"
CLIENT = ROOT / "clients" / "go"
MODULE = "github.com/gophercloud/gophercloud"
DEBIAN = Path("/usr/share/gocode/src") / MODULE
PACKAGE = "golang-github-gophercloud-gophercloud-dev"

REWRITTEN = (
    (re.compile(rf'"{MODULE}/v2'), f'"{MODULE}'),
    (re.compile(r"\b(shares|snapshots|messages|openstack)\.(\w+)\(ctx, "), r"\1.\2("),
    (re.compile(r"\.AllPages\(ctx\)"), ".AllPages()"),
)


def older(source: str) -> str:
    """The same program for a gophercloud without contexts."""
    for pattern, replacement in REWRITTEN:
        source = pattern.sub(replacement, source)
    return source


def lay_out(folder: Path) -> None:
    """The example as a module of its own, with Debian's gophercloud beside it."""
    library = folder / "gophercloud"
    shutil.copytree(DEBIAN, library)
    # What its go.mod asks for, the packages that are used here don't need.
    (library / "go.mod").write_text(f"module {MODULE}\n\ngo 1.18\n", encoding="utf-8")
    for path in EXAMPLE.glob("*.go"):
        (folder / path.name).write_text(older(path.read_text(encoding="utf-8")), encoding="utf-8")
    needed = {"github.com/fakemanila/fakemanila/clients/go": CLIENT, MODULE: library}
    lines = ["module example", "go 1.24"]
    lines += [f"require {name} v0.0.0\nreplace {name} => {path}" for name, path in needed.items()]
    (folder / "go.mod").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def main(go: str) -> int:
    if not DEBIAN.is_dir():
        sys.stderr.write(f"not run with an older gophercloud: {PACKAGE} is not installed\n")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder)
        done = subprocess.run([os.path.abspath(go), "test", "."], cwd=folder)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
