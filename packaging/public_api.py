"""The public Python API: what was agreed on (``public-api.pyi``), what breaks it, and how completely it is typed.

``check`` fails where the package breaks what the file says, and ``write`` writes the file anew. ``types`` reads what
``pyright --verifytypes fakemanila --ignoreexternal --outputjson`` has said, and fails where a public name has no type
that every type checker sees alike.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe

ROOT = Path(__file__).resolve().parent.parent
AGREED = ROOT / "packaging" / "public-api.pyi"
FIXTURES = ("manila", "manila_client", "manila_connection", "manila_server", "manila_session")
"""Of the pytest plugin: tests get them by their names, so what they take themselves is nobody's business."""
MODULES = {
    "fakemanila": None,  # all of __all__
    "fakemanila.testing": ("FakeManilaMixin", "Options"),
    "fakemanila.control.client": ("ControlClient",),
    "fakemanila.control.parts": None,
    "fakemanila.control.parts.conduct": ("Conduct",),
}
"""Where the public names are. People import those of the first two modules; from there come objects of the others."""
COLOUR = re.compile(r"\x1b\[\d*m")
HEAD = """\
# The public Python API that was agreed on, written by `make public-api`: what people get from fakemanila, with
# inherited members. `make package` fails where the package breaks it: "Change the public API" in CONTRIBUTING.md.
"""


def load(folder: Path) -> griffe.Module:
    package = griffe.load("fakemanila", search_paths=[str(folder)], allow_inspection=False, try_relative_path=False)
    assert isinstance(package, griffe.Module)
    return package


def named(package: griffe.Module, path: str) -> griffe.Object:
    found: Any = package
    for part in path.split(".")[1:]:
        found = found.members[part]
    target = found.final_target if found.is_alias else found
    assert isinstance(target, griffe.Object)
    return target


def public(package: griffe.Module) -> dict[str, griffe.Object]:
    """The public classes, functions and objects, each by its name."""
    found = {}
    for module, names in MODULES.items():
        there = named(package, module)
        every = there.exports or [name for name, each in there.members.items() if each.is_alias]
        for name in names or sorted(str(each) for each in every):
            if name != "__version__" and name in there.members:
                found[name] = named(package, f"{module}.{name}")
    return found


def stub(package: griffe.Module) -> str:
    """The public API as a stub file, the members of each class in alphabetical order."""
    lines = []
    for name, each in public(package).items():
        lines += ["", *(class_lines(each) if isinstance(each, griffe.Class) else [declared(name, each)])]
    fixtures = named(package, "fakemanila.pytest_plugin").members
    lines += ["", *(f"{name}: {given_by(fixtures[name])}" for name in FIXTURES if name in fixtures)]
    return HEAD + "\n".join(lines) + "\n"


def class_lines(given: griffe.Class) -> Iterator[str]:
    yield f"class {given.name}:"
    members = {name: each for name, each in given.all_members.items() if is_public(name)}
    if not members:
        yield "    ..."
    for name, each in sorted(members.items()):
        yield "    " + declared(name, each)


def is_public(name: str) -> bool:
    special = name.startswith("__") and name.endswith("__")
    return not name.startswith("_") or (special and name != "__slots__")


def declared(name: str, given: griffe.Object | griffe.Alias) -> str:
    target: Any = given.final_target if isinstance(given, griffe.Alias) else given
    if not isinstance(target, griffe.Function):
        return f"{name}: {target.annotation or 'object'}"
    return f"def {name}({', '.join(parameters(target))}) -> {target.returns or 'object'}: ..."


def parameters(function: griffe.Function) -> Iterator[str]:
    kinds = griffe.ParameterKind
    before = None
    for each in function.parameters:
        if before is kinds.positional_only and each.kind is not kinds.positional_only:
            yield "/"
        if each.kind is kinds.keyword_only and before not in (kinds.keyword_only, kinds.var_positional):
            yield "*"
        before = each.kind
        stars = {kinds.var_positional: "*", kinds.var_keyword: "**"}.get(each.kind, "")
        annotation = f": {each.annotation}" if each.annotation else ""
        yield f"{stars}{each.name}{annotation}" + (f" = {each.default}" if each.default and not stars else "")
    if before is kinds.positional_only:
        yield "/"


def given_by(fixture: griffe.Object | griffe.Alias) -> str:
    assert isinstance(fixture, griffe.Function)
    returns = str(fixture.returns)
    return returns.removeprefix("Iterator[").removesuffix("]") if returns.startswith("Iterator[") else returns


def breaks(agreed: str, now: str) -> list[str]:
    """What of the one stub is missing or otherwise in the other, a line for each."""
    old, new = (griffe.visit("fakemanila", filepath=AGREED, code=code) for code in (agreed, now))
    found = griffe.find_breaking_changes(old, new)
    return [COLOUR.sub("", breakage.explain(griffe.ExplanationStyle("oneline"))) for breakage in found]


def incomplete(package: griffe.Module, report: dict[str, Any]) -> tuple[list[str], int]:
    """The public names that pyright knows no certain type of, and how many names there are."""
    roots = set()
    for each in public(package).values():
        roots |= {each.path, *(base.path for base in (each.mro() if isinstance(each, griffe.Class) else []))}
    roots |= {f"fakemanila.pytest_plugin.{name}" for name in FIXTURES}
    symbols = {
        symbol["name"]: symbol["isTypeKnown"] and not symbol["isTypeAmbiguous"]
        for symbol in report["typeCompleteness"]["symbols"]
        if any(symbol["name"] == root or symbol["name"].startswith(f"{root}.") for root in roots)
    }
    missing = sorted(root for root in roots if root not in symbols)
    if missing:
        raise SystemExit(f"the report doesn't have {', '.join(missing)}: is fakemanila installed there?")
    return sorted(name for name, known in symbols.items() if not known), len(symbols)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("command", choices=["check", "write", "types"])
    parser.add_argument("report", nargs="?", type=Path, help="pyright's, for types")
    parser.add_argument("--folder", type=Path, default=ROOT, help="where the package fakemanila is")
    asked = parser.parse_args()
    package = load(asked.folder)
    if asked.command == "write":
        AGREED.write_text(stub(package), encoding="utf-8")
    elif asked.command == "check":
        found = breaks(AGREED.read_text(encoding="utf-8"), stub(package))
        if found:
            raise SystemExit(
                "\n".join([*found, 'This breaks the public API: see "Change the public API" in CONTRIBUTING.md'])
            )
        print("the public API keeps what was agreed on")
    else:
        names, count = incomplete(package, json.loads(asked.report.read_text(encoding="utf-8")))
        if names:
            raise SystemExit("\n".join([*names, f"{len(names)} of {count} public names have no certain type"]))
        print(f"all {count} public names are typed")


if __name__ == "__main__":
    main()
