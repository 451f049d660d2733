"""Whether what a pool reports is what a share type's extra specs ask for, as Manila's CapabilitiesFilter decides it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from ...text.booleans import is_true, strict_bool

_IGNORED = ("availability_zones", "capabilities:availability_zones", "default_qos_type")
_SCOPE = "capabilities"

_OPERATORS: Mapping[str, Callable[[Any, str], bool]] = {
    "=": lambda value, wanted: float(value) >= float(wanted),
    "==": lambda value, wanted: float(value) == float(wanted),
    "!=": lambda value, wanted: float(value) != float(wanted),
    ">=": lambda value, wanted: float(value) >= float(wanted),
    "<=": lambda value, wanted: float(value) <= float(wanted),
    "s==": operator.eq,
    "s!=": operator.ne,
    "s<": operator.lt,
    "s<=": operator.le,
    "s>": operator.gt,
    "s>=": operator.ge,
    "<in>": lambda value, wanted: wanted in value,
    "<is>": lambda value, wanted: is_true(value) == is_true(wanted),
}


def satisfied(capabilities: Mapping[str, Any], specs: Mapping[str, str]) -> bool:
    """Whether `capabilities` have all that `specs` ask for.

    Specs with a scope other than ``capabilities:`` are between a type and its driver, and are passed over. Of a
    capability that is a list one item has to fit.
    """
    return all(_has(capabilities, key, wanted) for key, wanted in specs.items() if key not in _IGNORED)


def _has(capabilities: Mapping[str, Any], key: str, wanted: str) -> bool:
    scope = key.split(":")
    if scope[0] == _SCOPE:
        scope.pop(0)
    elif len(scope) > 1:
        return True
    found: Any = capabilities
    for name in scope:
        found = found.get(name) if isinstance(found, Mapping) else None
    if found is None:
        return False
    return any(matches(value, wanted) for value in (found if isinstance(found, list) else [found]))


def matches(value: Any, wanted: str) -> bool:
    """Whether one capability is as a spec wants it: ``<is> True``, ``<or> a <or> b``, ``>= 5``, or just the value."""
    wanted = wanted.lower()
    if isinstance(value, str):
        value = value.lower()
    name, *operands = wanted.split() or [""]
    if name == "<or>":
        return value in operands[::2]
    compare = _OPERATORS.get(name)
    if compare is None:
        return _is_word_for(value, wanted) if isinstance(value, bool) else bool(value == wanted)
    try:
        return bool(operands) and compare(value, operands[0])
    except (ValueError, TypeError):
        return False


def _is_word_for(value: bool, word: str) -> bool:
    try:
        return strict_bool(word) is value
    except ValueError:
        return False
