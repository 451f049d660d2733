"""The running text of a Markdown page, with the line of each part of it. Code is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Stands for a piece of code within a sentence, so that the sentence keeps its length and its grammar.
CODE = "CODE"


class Passage(NamedTuple):
    """A heading, a paragraph, a list item or a cell of a table: line breaks are where the file has them."""

    line: int
    kind: str  # heading, paragraph, cell
    text: str


def passages(page: str) -> Iterator[Passage]:
    """What a reader reads, from top to bottom; nothing of code blocks and comments."""
    kind, row = "paragraph", 0
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        if token.type in ("heading_open", "paragraph_open", "th_open", "td_open"):
            kind = {"heading_open": "heading", "paragraph_open": "paragraph"}.get(token.type, "cell")
        elif token.type == "tr_open" and token.map:
            row = token.map[0]
        elif token.type == "inline":
            start = token.map[0] if token.map else row
            yield Passage(start + 1, kind, _text(token.children or []))


def _text(tokens: list[Token]) -> str:
    return "".join(_word(token) for token in tokens)


def _word(token: Token) -> str:
    if token.type == "code_inline":
        return CODE
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return token.content
    return token.content if token.type == "text" else ""
