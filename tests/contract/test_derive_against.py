"""The contract against Manila's code: a small one of our own and, where it is at hand, the whole of Manila's."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.contract.derive.against import against
from fakemanila.contract.derive.against.compare import ranges
from fakemanila.contract.derive.against.evaluate import Modules
from fakemanila.contract.derive.command import derive_command
from fakemanila.contract.derive.patches import PatchError
from fakemanila.contract.derive.source import SourceError
from fakemanila.package_data import schemas_dir

from ..cases import for_each
from .boilers import AGREED, lay_out_code

SOURCE = json.loads((schemas_dir() / "SOURCE.json").read_text())
SDIST = Path(os.environ.get("FAKEMANILA_MANILA_SDIST") or schemas_dir().parent / ".cache" / SOURCE["file"])
LIFT = ("    @wsgi.Controller.api_version('2.12')\n", "    def lift(self, req, id):\n        pass\n\n")


def found(root: Path, old: str = "", new: str = "", **patches: Any) -> list[str]:
    return [str(difference) for difference in against(*lay_out_code(root, old, new, **patches))]


def test_nothing_differs_where_both_say_the_same(tmp_path: Path) -> None:
    assert found(tmp_path) == []


CHANGES = {
    "a field that we lack": (
        ("'degrees': {'type': 'integer'}", "'degrees': {'type': 'integer'}, 'bar': {'type': 'integer'}"),
        ["kettles.boil_kettle (2.12-) request.bar: known in Manila's code, nothing here"],
    ),
    "a field that only we have": (
        ("'lid': {'type': ['boolean', 'null']}, 'litres'", "'litres'"),
        ["kettles.create (2.11-) request.lid: nothing in Manila's code, known here"],
    ),
    "another type": (
        ("'litres': {'type': 'integer'}", "'litres': {'type': 'string'}"),
        ['kettles.create (2.11-) request.litres type: ["string"] in Manila\'s code, ["integer"] here'],
    ),
    "a limit": (
        ("'litres': {'type': 'integer'}", "'litres': {'type': 'integer', 'maximum': 9}"),
        ["kettles.create (2.11-) request.litres maximum: 9 in Manila's code, nothing here"],
    ),
    "values": (
        ("'litres': {'type': 'integer'}", "'litres': {'type': 'integer', 'enum': [2, 1]}"),
        ["kettles.create (2.11-) request.litres enum: [1, 2] in Manila's code, nothing here"],
    ),
    "what is required": (
        ("'litres',\n", ""),
        ['kettles.create (2.11-) request required: nothing in Manila\'s code, ["litres"] here'],
    ),
    "other fields refused": (
        ("'required': list(constants.WANTED)", "'required': ['litres'], 'additionalProperties': False"),
        ["kettles.create (2.11-) request closed: true in Manila's code, nothing here"],
    ),
    "other fields beside": (
        ("'additionalProperties': True,\n}\nboil", "'additionalProperties': False,\n}\nboil"),
        ["kettles.create (2.11-) request alone: true in Manila's code, nothing here"],
    ),
    "the microversions of a call": (
        ("FIRST = '2.10'", "FIRST = '2.9'"),
        ["GET /kettles (2.9) route: served in Manila's code, nothing here"],
    ),
    "an end of a call": (
        ("api_version('2.12')", "api_version('2.12', '2.40')"),
        ["kettles.boil_kettle (2.41-) POST /kettles/{}/action boilKettle: nothing in Manila's code, served here"],
    ),
    "the microversions of a field": (
        ("index_query_v220, '2.20'", "index_query_v220, '2.15'"),
        ["kettles.list (2.15-2.19) query.color: known in Manila's code, nothing here"],
    ),
    "an experiment": (
        ("api_version('2.12')", "api_version('2.12', experimental=True)"),
        ["kettles.boil_kettle (2.12-) experimental: true in Manila's code, false here"],
    ),
    "the name of an action": (
        ("action('boilKettle')", "action('boil')"),
        [
            "POST /kettles/{}/action boil (2.12-) route: served in Manila's code, nothing here",
            "kettles.boil_kettle (2.12-) POST /kettles/{}/action boilKettle: nothing in Manila's code, served here",
        ],
    ),
    "what is around an answer": (
        ("        'kettles': {", "        'pots': {"),
        None,
    ),
    "a parameter that may be repeated": (
        ("    ret['maxItems'] = 1\n", ""),
        ["kettles.list (2.20-) query.color multiple: true in Manila's code, nothing here"],
    ),
}


@for_each(change=CHANGES)
def test_each_kind_of_difference_is_found(
    tmp_path_factory: pytest.TempPathFactory, change: tuple[tuple[str, str], list[str] | None]
) -> None:
    (old, new), expected = change
    if expected is None:
        with pytest.raises(SourceError, match="kettles, line"):
            found(tmp_path_factory.mktemp("code"), old, new)
    else:
        assert found(tmp_path_factory.mktemp("code"), old, new) == expected


def test_a_field_of_every_answer_may_not_be_hidden_from_users(tmp_path: Path) -> None:
    hidden = {"kettles.list": AGREED["kettles.list"] | {"response": {"annotate": {"lid": {"admin": True}}}}}
    assert found(tmp_path, operations=hidden) == [
        "kettles.list (2.10-) response.lid always: true in Manila's code, nothing here"
    ]


def test_what_is_explained_is_not_told(tmp_path: Path) -> None:
    entry = {"operations": ["GET *"], "differences": ["route: served / *"], "why": "test"}
    assert found(tmp_path, LIFT[0], LIFT[1] + LIFT[0], source=[entry]) == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no reason": ({"operations": ["*"], "differences": ["*"]}, "why"),
    "no operations": ({"differences": ["*"], "why": "test"}, "it has no operations"),
    "an operation that fits nothing": (
        {"operations": ["GET *", "pots.*"], "differences": ["route: *"], "why": "test"},
        "'pots.*' explains nothing",
    ),
    "a difference that fits nothing": (
        {"operations": ["GET *"], "differences": ["route: *", "query.*"], "why": "test"},
        "'query.*' explains nothing",
    ),
}


@for_each(wrong=WRONG)
def test_an_explanation_needs_a_reason_and_something_to_explain(
    tmp_path_factory: pytest.TempPathFactory, wrong: tuple[dict[str, Any], str]
) -> None:
    entry, message = wrong
    with pytest.raises(PatchError) as raised:
        found(tmp_path_factory.mktemp("code"), LIFT[0], LIFT[1] + LIFT[0], source=[entry])
    assert message in str(raised.value)


def test_the_command_tells_differences_and_fails(tmp_path: Path) -> None:
    source, target = lay_out_code(tmp_path, "FIRST = '2.10'", "FIRST = '2.9'")
    arguments = ["--against-source", str(source), "--output", str(target)]
    kept = {path: path.read_bytes() for path in target.iterdir()}
    told = CliRunner().invoke(derive_command, arguments)
    assert (told.exit_code, told.stdout) == (
        1,
        "GET /kettles (2.9) route: served in Manila's code, nothing here\n",
    )
    assert {path: path.read_bytes() for path in target.iterdir()} == kept
    lay_out_code(tmp_path)
    told = CliRunner().invoke(derive_command, arguments)
    assert (told.exit_code, "agrees with" in told.stdout) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [[], ["SOURCE", "--against-source", "SOURCE"], ["--against-source", "SOURCE", "--check"]],
    ids=["no source", "two sources", "a check of nothing"],
)
def test_the_command_has_one_thing_to_do(tmp_path: Path, arguments: list[str]) -> None:
    told = CliRunner().invoke(derive_command, [str(tmp_path) if word == "SOURCE" else word for word in arguments])
    assert told.exit_code == 2


def test_a_folder_without_the_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no manila/api/v2/router\.py"):
        against(tmp_path, schemas_dir())


def test_data_is_followed_through_copies_and_changes() -> None:
    text = """
import copy
from elsewhere import unknown
first = {'a': [1, -2], 'b': {'c': None}}
shallow = copy.copy(first)
deep = copy.deepcopy(first)
first['b'].update({'d': ('x',) + ('y',)})
(first['a'].append(3))
shared = shallow['b']
unread = unknown.load(first)
unread.update(first)
if unread:
    unread = {}
"""
    names = Modules({"m": text}).names("m")
    assert names["first"] == {"a": [1, -2, 3], "b": {"c": None, "d": ("x", "y")}}
    assert names["shared"] == {"c": None, "d": ("x", "y")}
    assert names["deep"] == {"a": [1, -2], "b": {"c": None}}
    assert "unread" not in names


@pytest.mark.parametrize(
    "change",
    [
        "known.update(load())",
        "known += other",
        "del known['a']",
        "if True:\n    known['a'] = 1",
        "for a in known: pass",
        "known['a'] = load()",
        "known['a'].pop('b')",
        "known.clear()",
        "known.x.y()",
    ],
)
def test_a_change_that_cannot_be_followed_is_refused(change: str) -> None:
    with pytest.raises(SourceError, match="m, line 2"):
        Modules({"m": f"known = {{'a': {{}}}}\n{change}"}).names("m")


def test_a_function_that_never_ends_is_refused() -> None:
    with pytest.raises(SourceError, match="m, line 4"):
        Modules({"m": "def again(a):\n    return again(a)\nknown = {}\nknown.update(again(known))"}).names("m")


@given(st.text() | st.builds("{} = {}\n{}.update({})".format, *[st.sampled_from(["a", "b", "{}", "[a]", "a.a"])] * 4))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(SourceError):
        Modules({"m": text}).names("m")


def test_microversions_are_told_as_ranges() -> None:
    assert ranges([0, 1, 2, 7, 9, 10]) == "2.0-2.2, 2.7, 2.9-2.10"
    assert ranges([97, 98, 99]) == "2.97-"


@pytest.mark.skipif(not SDIST.is_file(), reason="Manila's source distribution is not here")
def test_the_whole_code_and_the_contract_agree() -> None:
    assert against(SDIST, schemas_dir()) == []
