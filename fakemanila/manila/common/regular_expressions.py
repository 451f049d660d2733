"""Regular expressions as MariaDB understands them, for Python.

MariaDB has PCRE, with Unicode and without regard to case. What it writes differently from Python is translated here:
classes such as ``[[:alpha:]]``, properties such as ``\\p{L}``, quoting with ``\\Q`` and ``\\E``, options in the middle.
Recursion, conditions, verbs and callouts are not: they are refused like a broken expression.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby

_ESCAPES = {
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "h": r"[ \t\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
    "H": r"[^ \t\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
    "v": r"[\n-\r\x85\u2028\u2029]",
    "V": r"[^\n-\r\x85\u2028\u2029]",
    "R": r"(?:\r\n|[\n-\r\x85\u2028\u2029])",
    "N": r"[^\n]",
    "e": r"\x1b",
}
_ESCAPES_IN_CLASS = {"h": _ESCAPES["h"][1:-1], "v": _ESCAPES["v"][1:-1], "e": r"\x1b", "b": r"\x08"}
_BOUNDARIES = {"[[:<:]]": r"\b(?=\w)", "[[:>:]]": r"\b(?<=\w)"}
_POSIX: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "digit": str.isdecimal,
    "alnum": str.isalnum,
    "upper": lambda c: c.isupper() or c.islower(),  # whatever the case
    "lower": lambda c: c.isupper() or c.islower(),
    "space": str.isspace,
    "blank": lambda c: c in " \t" or unicodedata.category(c) == "Zs",
    "punct": lambda c: unicodedata.category(c)[0] == "P" or (c.isascii() and unicodedata.category(c)[0] == "S"),
    "print": lambda c: unicodedata.category(c)[0] not in "CZ" or unicodedata.category(c) == "Zs",
    "graph": lambda c: unicodedata.category(c)[0] not in "CZ",
    "cntrl": lambda c: unicodedata.category(c) == "Cc",
    "word": lambda c: c.isalnum() or c == "_",
    "xdigit": lambda c: c in "0123456789abcdefABCDEF",
    "ascii": str.isascii,
}
_SCRIPTS = {
    "Han": "CJK UNIFIED IDEOGRAPH",
    **{
        name: name.upper()
        for name in ("Latin", "Greek", "Cyrillic", "Arabic", "Hebrew", "Hiragana", "Katakana", "Hangul")
    },
}
"""Scripts, by what the names of their characters begin with."""
_CATEGORY = re.compile(r"[CLMNPSZ][a-z]?")
_POSIX_CLASS = re.compile(r"\[:(\^?)([a-z]+):\]")
_QUANTIFIER = re.compile(r"\{\d+(,\d*)?\}")
_PROPERTY = re.compile(r"([pP])(?:\{(\^?)([A-Za-z_]+)\}|([A-Z]))")
_CODE_POINT = re.compile(r"x\{([0-9a-fA-F]+)\}")
_OPTIONS = re.compile(r"\(\?([imsx]*(?:-[imsx]+)?)\)")
_NAMED_GROUP = re.compile(r"\(\?<([A-Za-z_]\w*)>")
_NAMED_REFERENCE = re.compile(r"k(?:\{(\w+)\}|<(\w+)>|'(\w+)')")
_NUMBERED_REFERENCE = re.compile(r"g(?:\{(\d+)\}|(\d+))")


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of MariaDB's, to search with. Raises ValueError for one that it, or this, doesn't understand."""
    try:
        return _compiled(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"'{pattern}' is not a valid regular expression: {error}") from None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_Translation(pattern).whole(), re.IGNORECASE)


@lru_cache(maxsize=32)
def _class_of(kind: str, name: str) -> str:
    """The characters of a kind, as what stands between the brackets of a class."""
    if kind == "posix" and name in _POSIX:
        test = _POSIX[name]
    elif _CATEGORY.fullmatch(name):
        test = lambda c: unicodedata.category(c).startswith(name)  # noqa: E731
    elif name in _SCRIPTS:
        test = lambda c: unicodedata.name(c, "").startswith(_SCRIPTS[name])  # noqa: E731
    else:
        raise re.error(f"unknown property {name}")
    codes = [code for code in range(0x10000) if not 0xD800 <= code < 0xE000 and test(chr(code))]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return "".join(f"\\u{run[0]:04x}-\\u{run[-1]:04x}" for run in runs)


class _Translation:
    """Goes through a pattern once, from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._open = [0]
        """For each group that is open, and the whole, how many groups of ours for options end with it."""

    def whole(self) -> str:
        pieces = []
        while self._at < len(self._pattern):
            pieces.append(self._piece())
        return "".join(pieces) + ")" * self._open[0]

    def _take(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self._pattern, self._at)
        if found:
            self._at = found.end()
        return found

    def _piece(self) -> str:
        for boundary, meaning in _BOUNDARIES.items():
            if self._pattern.startswith(boundary, self._at):
                self._at += len(boundary)
                return meaning
        character = self._pattern[self._at]
        if character == "\\":
            return self._escape()
        if character == "[":
            return self._class()
        if character == "(":
            return self._group()
        if character == "{":
            quantifier = self._take(_QUANTIFIER)
            if quantifier:
                return quantifier[0]
        self._at += 1
        if character == ")":
            ours = self._open.pop() if len(self._open) > 1 else 0
            return ")" * (ours + 1)
        return "\\{" if character == "{" else character

    def _group(self) -> str:
        options = self._take(_OPTIONS)
        if options:
            self._open[-1] += 1
            return f"(?{options[1]}:"
        self._open.append(0)
        named = self._take(_NAMED_GROUP)
        if named:
            return f"(?P<{named[1]}>"
        self._at += 1
        return "("

    def _escape(self) -> str:
        self._at += 1
        if self._pattern.startswith("Q", self._at):
            end = self._pattern.find("\\E", self._at)
            end = len(self._pattern) if end < 0 else end
            quoted, self._at = self._pattern[self._at + 1 : end], end + 2
            return re.escape(quoted)
        found = self._common_escape(in_class=False)
        if found is None and (reference := self._take(_NAMED_REFERENCE)):
            found = f"(?P={next(filter(None, reference.groups()))})"
        if found is None and (reference := self._take(_NUMBERED_REFERENCE)):
            found = f"(?:\\{reference[1] or reference[2]})"
        return self._plain_escape(_ESCAPES) if found is None else found

    def _common_escape(self, *, in_class: bool) -> str | None:
        """A property or a code point, which may stand in a class too."""
        if self._pattern.startswith("E", self._at):
            self._at += 1
            return ""
        code = self._take(_CODE_POINT)
        if code:
            return f"\\U{int(code[1], 16):08x}"
        found = self._take(_PROPERTY)
        if found:
            inverted = (found[1] == "P") != bool(found[2])
            inside = _class_of("property", found[3] or found[4])
            if in_class and inverted:
                raise re.error("an inverted property in a class is not supported")
            return inside if in_class else f"[{'^' if inverted else ''}{inside}]"
        return None

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
            if named[1]:
                raise re.error("an inverted class in a class is not supported")
            return _class_of("posix", named[2])
        self._at += 1
        if character == "\\":
            found = self._common_escape(in_class=True)
            return self._plain_escape(_ESCAPES_IN_CLASS) if found is None else found
        # Python warns of what may mean something some day: a set in a set, or two operators.
        return f"\\{character}" if character in "[]&|~" else character
