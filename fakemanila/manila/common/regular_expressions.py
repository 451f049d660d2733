"""Regular expressions as MariaDB understands them, for Python.

MariaDB has PCRE, with Unicode and without regard to case. The package regex has most of that; what it writes
differently is translated here: quoting with ``\\Q`` and ``\\E``, code points, references, some escapes. Recursion,
the option x and callouts are not: they are refused like a broken expression.

MariaDB gives up where a match takes too many steps, and finds nothing then. So does this, after a while.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

PATIENCE = 0.1
"""Seconds of the processor after which one text is taken not to match."""
PATIENCE_OF_LIST = 1.0
"""The same of all the texts of a list."""
MAX_SIZE = 65_535
"""Items that an expression may have, each counted as often as it is repeated. Both packages write repeated groups out,
and MariaDB refuses them from about here on.
"""

_ESCAPES = {
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "H": r"[^ \t\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
    "v": r"[\n-\r\x85\u2028\u2029]",
    "V": r"[^\n-\r\x85\u2028\u2029]",
    "N": r"[^\n]",
    "e": r"\x1b",
}
_ESCAPES_IN_CLASS = {"v": _ESCAPES["v"][1:-1], "e": r"\x1b", "b": r"\x08"}
_BOUNDARIES = {"[[:<:]]": r"\b(?=\w)", "[[:>:]]": r"\b(?<=\w)"}
_POSIX_CLASS = re.compile(r"\[:\^?([a-z]+):\]")
_POSIX_NAMES = frozenset(
    [
        "alnum",
        "alpha",
        "ascii",
        "blank",
        "cntrl",
        "digit",
        "graph",
        "lower",
        "print",
        "punct",
        "space",
        "upper",
        "word",
        "xdigit",
    ]
)
_QUANTIFIER = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_COMMENT = re.compile(r"\(\?#[^)]*\)")
_PROPERTY = re.compile(r"[pP](?:\{\^?[A-Za-z_]+\}|[A-Z])")
_CODE_POINT = re.compile(r"x\{([0-9a-fA-F]+)\}")
_RECURSION = re.compile(r"\(\?(?:R|[+-]?\d|&|P>)")
_OTHER_OPTIONS = re.compile(r"\(\?[ims-]*[^ims\W][\w-]*[:)]")
_NAMED_REFERENCE = re.compile(r"k(?:\{(\w+)\}|<(\w+)>|'(\w+)')")
_NUMBERED_REFERENCE = re.compile(r"g(?:\{(\d+)\}|(\d+))")


class Expression:
    """One that a list looks for. It has patience for that list, and not for ever."""

    def __init__(self, pattern: regex.Pattern[str]) -> None:
        self._pattern = pattern
        self._patience = PATIENCE_OF_LIST

    def found_in(self, text: str) -> bool:
        """Whether it matches somewhere. False too for what would take too long to find out."""
        if self._patience <= 0:
            return False
        try:
            return self._pattern.search(text, timeout=PATIENCE) is not None
        except TimeoutError:
            self._patience -= PATIENCE
            return False


def compile_pattern(pattern: str) -> Expression:
    """A pattern of MariaDB's, to search with. Raises ValueError for one that it, or this, doesn't understand."""
    import regex  # imported here: most servers are never asked for one

    try:
        return Expression(_compiled(pattern))
    except (re.error, regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"'{pattern}' is not a valid regular expression: {error}") from None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> regex.Pattern[str]:
    import regex

    translated = _Translation(pattern).whole()
    # Full case folding, by which "ss" is found in "ß", is the package's own.
    return regex.compile(f"(?-f){translated}", regex.IGNORECASE | regex.VERSION1, cache_pattern=False)


class _Translation:
    """Goes through a pattern once, from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._sizes = [0]
        """Of the whole, and of each group that is open."""
        self._last = 0
        """Of what a quantifier would repeat."""

    def whole(self) -> str:
        pieces = []
        while self._at < len(self._pattern):
            pieces.append(self._piece())
        return "".join(pieces)

    def _take(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self._pattern, self._at)
        if found:
            self._at = found.end()
        return found

    def _piece(self) -> str:
        if self._take(_COMMENT):
            return ""
        for boundary, meaning in _BOUNDARIES.items():
            if self._pattern.startswith(boundary, self._at):
                self._at += len(boundary)
                return meaning
        character = self._pattern[self._at]
        if character == ")":
            self._at += 1
            self._grow(self._sizes.pop() if len(self._sizes) > 1 else 0)
            return ")"
        if character == "{":
            quantifier = self._take(_QUANTIFIER)
            if quantifier:
                self._grow(self._last * (max(map(int, filter(None, quantifier.groups()))) - 1))
                return quantifier[0]
        if character == "(":
            self._sizes.append(0)
        self._grow(1)
        if character == "\\":
            return self._escape()
        if character == "[":
            return self._class()
        if character == "(":
            for refused in (_RECURSION, _OTHER_OPTIONS):
                if refused.match(self._pattern, self._at):
                    raise re.error("recursion and other options are not supported")
        self._at += 1
        return "\\{" if character == "{" else character

    def _grow(self, size: int) -> None:
        self._last = size
        self._sizes[-1] += size
        if self._sizes[-1] > MAX_SIZE:
            raise re.error("regular expression is too large")

    def _escape(self) -> str:
        self._at += 1
        if self._pattern.startswith("Q", self._at):
            end = self._pattern.find("\\E", self._at)
            end = len(self._pattern) if end < 0 else end
            quoted, self._at = self._pattern[self._at + 1 : end], end + 2
            return re.escape(quoted)
        found = self._common_escape()
        if found is None and (reference := self._take(_NAMED_REFERENCE)):
            found = f"(?P={next(filter(None, reference.groups()))})"
        if found is None and (reference := self._take(_NUMBERED_REFERENCE)):
            found = f"(?:\\{reference[1] or reference[2]})"
        return self._plain_escape(_ESCAPES) if found is None else found

    def _common_escape(self) -> str | None:
        """A property or a code point, which may stand in a class too."""
        if self._pattern.startswith("E", self._at):
            self._at += 1
            return ""
        code = self._take(_CODE_POINT)
        if code:
            return f"\\U{int(code[1], 16):08x}"
        found = self._take(_PROPERTY)
        return f"\\{found[0]}" if found else None

    def _plain_escape(self, known: dict[str, str]) -> str:
        if self._at >= len(self._pattern):
            raise re.error("\\ at the end of the pattern")
        character = self._pattern[self._at]
        self._at += 1
        return known.get(character, f"\\{character}")

    def _class(self) -> str:
        self._at += 1
        pieces = ["["]
        if self._pattern.startswith("^", self._at):
            self._at += 1
            pieces.append("^")
        first = True
        while self._at < len(self._pattern):
            character = self._pattern[self._at]
            if character == "]" and not first:
                self._at += 1
                return "".join(pieces) + "]"
            pieces.append(self._member(character))
            first = False
        raise re.error("a class that doesn't end")

    def _member(self, character: str) -> str:
        named = self._take(_POSIX_CLASS)
        if named:
            if named[1] not in _POSIX_NAMES:
                raise re.error("unknown class")
            return named[0]
        self._at += 1
        if character == "\\":
            found = self._common_escape()
            return self._plain_escape(_ESCAPES_IN_CLASS) if found is None else found
        # What means something between brackets there: a set in a set, or two operators.
        return f"\\{character}" if character in "[]&|~" else character
