"""Derives the contract from Manila's API reference: ``fakemanila derive``.

Read :func:`contract` for the way from a source to the files. Nothing of this runs in a server.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ...files import FileProblem, read_text
from . import patches as patching
from . import policies, reference, write
from .operations import Parameters, Sample, allow_nulls, build, complete_errors, parse_samples
from .samples import contradictions
from .source import Source, SourceError, read

__all__ = ["SourceError", "contract", "derive"]

Json = dict[str, Any]


def derive(source: Path, target: Path, *, check: bool = False) -> list[str]:
    """Rebuilds the contract in `target` from `source`.

    `source` is Manila's source distribution, packed or unpacked, or its API reference alone; `target` must hold
    ``patches.json``. Returns the names of the files that differ. With `check` nothing is written, and samples of the
    reference that contradict the contract are returned as well.
    """
    files, samples = contract(read(source), target)
    changed = write.differences(files, target)
    if check:
        return changed + contradictions(files, samples, patches_of(target).get("samples", {}))
    write.write(files, target)
    return changed


def contract(source: Source, target: Path) -> tuple[dict[str, Json], list[Sample]]:
    """Every file of the contract by name, and the samples that belong to it.

    `target` supplies the patches, and what `source` lacks: policies and provenance.
    """
    patches = patches_of(target)
    calls = [call for chapter, text in source.chapters.items() for call in reference.calls(chapter, text)]
    definitions = reference.parameters(source.parameters)
    patching.patch_parameters(definitions, patches)
    parameters = Parameters(definitions)
    rules = _policies(source, target)
    samples = parse_samples(source.samples)
    chapters, belonging = build(calls, parameters, samples, rules, patches.get("calls", {}))
    patching.patch_operations(chapters, parameters, patches)
    allow_nulls(belonging, chapters, definitions)
    definitions = dict(sorted(definitions.items()))
    complete_errors(chapters)
    files: dict[str, Json] = {
        "parameters.json": {"$schema": write.DIALECT, "$id": "parameters.json", "$defs": definitions},
        "policies.json": {"rules": rules},
        "SOURCE.json": _provenance(source, target),
    }
    for chapter, operations in chapters.items():
        if operations:
            files[f"{chapter}.json"] = {"chapter": chapter, "operations": operations}
    return files, belonging


def patches_of(target: Path) -> Json:
    """The patches in `target`."""
    return _json(target / "patches.json", once=True)


def _once(pairs: list[tuple[str, Any]]) -> Json:
    """An object whose keys are all different: JSON has the last of two, and the other patch is lost without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise SourceError(f"patches.json: {twice!r} is given twice in one object")
    return found


def _policies(source: Source, target: Path) -> dict[str, Json]:
    if source.policies:
        return policies.rules(source.policies)
    rules: dict[str, Json] = _kept(target / "policies.json").get("rules", {})
    return rules


def _provenance(source: Source, target: Path) -> Json:
    """Release, file, digest and date. A directory has no digest: then what is known already stays."""
    if source.sha256 is None:
        return _kept(target / "SOURCE.json")
    return {"release": source.release, "file": source.name, "sha256": source.sha256, "date": source.date}


def _kept(path: Path) -> Json:
    return _json(path) if path.is_file() else {}


def _json(path: Path, *, once: bool = False) -> Json:
    """The object in a file; with `once` no key may be there twice."""
    try:
        found = json.loads(read_text(path), object_pairs_hook=_once if once else None)
    except FileProblem as error:
        raise SourceError(str(error)) from None
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: it is not valid JSON: {error}") from None
    if not isinstance(found, dict):
        raise SourceError(f"{path}: expected an object")
    return found
