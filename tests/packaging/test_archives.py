"""What is in the distributions besides the package. That they are the same bytes twice is a step of `make package`."""

from __future__ import annotations

import json
import tarfile

from .conftest import ROOT


def test_nothing_of_the_machine_is_in_a_source_distribution() -> None:
    sdists = sorted((ROOT / "dist").glob("*.tar.gz"))
    assert len(sdists) == 2
    times = set()
    for sdist in sdists:
        with tarfile.open(sdist) as archive:
            members = archive.getmembers()
        assert {(member.uid, member.gid, member.uname, member.gname) for member in members} == {(0, 0, "", "")}
        times |= {member.mtime for member in members}
        assert [member.name for member in members] == sorted(member.name for member in members)
    assert len(times) == 1


def test_the_bill_of_materials_has_what_setup_cfg_asks_for() -> None:
    bill = json.loads((ROOT / "dist" / "fakemanila.cdx.json").read_text(encoding="utf-8"))
    names = {component["name"].lower() for component in bill["components"]}
    assert {"fakemanila", "flask", "werkzeug", "jsonschema", "cheroot", "pyyaml"} <= names
    assert "pip" not in names
    assert "pytest" not in names
