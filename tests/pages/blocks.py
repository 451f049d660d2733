"""The blocks of code in a page of the documentation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"(?:#|//) (\S+\.\w+)\n")


class Block(NamedTuple):
    language: str
    text: str


def blocks(page: str, *languages: str) -> list[Block]:
    """The blocks in those languages, or all, in their order; `page` is a path below docs/ without its suffix."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    found = [Block(*match) for match in _BLOCK.findall(text)]
    return [block for block in found if not languages or block.language in languages]


def write_files(page: str, folder: Path, language: str = "python") -> list[str]:
    """Writes the files of a page and returns their names. The first line of a block names its file; blocks add up."""
    files: dict[str, list[str]] = {}
    for block in blocks(page, language):
        match = _NAME.match(block.text)
        assert match, f"{page}: a block of {language} does not begin with the name of its file"
        files.setdefault(match[1], []).append(block.text[match.end() :])
    for name, parts in files.items():
        (folder / name).write_text("\n".join(parts), encoding="utf-8")
    return list(files)


def shown(expected: str) -> re.Pattern[str]:
    """What a page shows of an output: ``…`` stands for anything, alone on its line for any number of lines."""
    text = re.escape(expected).replace("…\\\n", "(?:.*\n)*").replace("…", "[^\n]*")
    return re.compile(text)
