"""What is in the distributions besides the package, and whether they are the same wherever they are built."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

from .conftest import ROOT


def test_nothing_of_the_machine_is_in_a_source_distribution() -> None:
    sdists = sorted((ROOT / "dist").glob("*.tar.gz"))
    assert len(sdists) == 2
    for sdist in sdists:
        with tarfile.open(sdist) as archive:
            members = archive.getmembers()
        assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}
        assert len({member.mtime for member in members}) == 1
        assert [member.name for member in members] == sorted(member.name for member in members)


def test_another_time_gives_other_bytes(tmp_path: Path) -> None:
    """So the time is what it is told, and the comparison in `make package` would see a difference."""
    built = []
    for when in ("1000000000", "1100000000"):
        command = [sys.executable, ROOT / "packaging/distributions.py", "--once", "--outdir", tmp_path / when]
        subprocess.run(
            command, env={"SOURCE_DATE_EPOCH": when, "PATH": "/usr/bin:/bin"}, check=True, capture_output=True
        )
        built.append({path.name: path.read_bytes() for path in (tmp_path / when).iterdir()})
    first, second = built
    assert len(first) == 4
    assert first.keys() == second.keys()
    assert not [name for name in first if first[name] == second[name]]


def test_the_bill_of_materials_has_what_setup_cfg_asks_for() -> None:
    bill = json.loads((ROOT / "dist" / "fakemanila.cdx.json").read_text(encoding="utf-8"))
    names = {component["name"].lower() for component in bill["components"]}
    assert {"fakemanila", "flask", "werkzeug", "jsonschema", "cheroot", "pyyaml"} <= names
    assert "pip" not in names
    assert "pytest" not in names
