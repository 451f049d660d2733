"""The words that OpenStack reads as booleans."""

from __future__ import annotations

TRUE = frozenset(("1", "t", "true", "on", "y", "yes"))
FALSE = frozenset(("0", "f", "false", "off", "n", "no"))


def strict_bool(value: object) -> bool:
    """A boolean as OpenStack reads one: true, yes, on, 1 and their opposites in any case. Raises ValueError."""
    if isinstance(value, bool):
        return value
    if is_true(value):
        return True
    if is_false(value):
        return False
    expected = ", ".join(f"'{word}'" for word in sorted(TRUE | FALSE))
    raise ValueError(f"Unrecognized value '{value}', acceptable values are: {expected}")


def is_true(value: object) -> bool:
    """Whether a value is one of the words for true, as OpenStack reads what need not be a boolean."""
    return str(value).strip().lower() in TRUE


def is_false(value: object) -> bool:
    """Whether a value is one of the words for false: for what counts as true unless it says otherwise."""
    return str(value).strip().lower() in FALSE
