"""Numbers, lists and kinds of records in texts that people write and read."""

from __future__ import annotations


def counted(number: int, thing: str, plural: str | None = None) -> str:
    """``"1 read"``, ``"3 reads"``."""
    return f"{number} {thing if number == 1 else plural or thing + 's'}"


def listed(text: str) -> list[str]:
    """The words of ``failed, debris,``, as options and queries have them: without blanks, and without empty ones."""
    return [word.strip() for word in text.split(",") if word.strip()]


def in_words(kind: str) -> str:
    """``share network`` for ``share_networks``."""
    words = kind.replace("_", " ")
    return f"{words[:-3]}y" if words.endswith("ies") else words.removesuffix("s")
