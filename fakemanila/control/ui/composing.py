"""A rule from the dashboard's form, and the form's text of a rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...faults.rule import Rule

_MATCH = ("operation", "project", "user", "path", "microversion")
_WHEN = ("times", "after", "every", "probability")


def rule(form: Mapping[str, str]) -> Any:
    """The JSON of the rule that a form asks for: its text where somebody has written one, its fields otherwise.

    Raises ValueError for text that isn't JSON; all else is for the rule itself to refuse.
    """
    if form.get("rule"):
        try:
            return json.loads(form["rule"])
        except (ValueError, RecursionError) as error:
            raise ValueError(f"rule: it is not valid JSON: {error}") from None
    made: dict[str, Any] = {}
    if form.get("name"):
        made["name"] = form["name"]
    if form.get("effect"):
        made["do"] = {form["effect"]: _value(form.get("effect_value") or "true")}
    if form.get("preset") or not made.get("do"):
        preset = form.get("preset", "").partition(":<")[0]  # the parameter's place, where it was picked from the list
        made["preset"] = f"{preset}:{form['parameter']}" if form.get("parameter") else preset
    for part, names in (("match", _MATCH), ("when", _WHEN)):
        said = {name: form[name] if part == "match" else _value(form[name]) for name in names if form.get(name)}
        if said:
            made[part] = said
    return made


def _value(text: str) -> Any:
    """JSON where it is some, and the text itself where it isn't: ``5s``."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def draft(like: Rule) -> str:
    """The JSON of a rule, to be changed and added as another one."""
    said = like.to_json()
    if said.get("preset"):
        del said["do"]  # the preset says it
    kept = ("name", "preset", "match", "when", "do", "must_fire")
    return json.dumps({key: said[key] for key in kept if said.get(key)}, indent=2)
