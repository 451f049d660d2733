"""Rules of our own, for what codespell and proselint don't look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .markdown import CODE, Passage, passages

SENTENCE_WORDS = 30  # longer sentences have to be read twice
# Six minutes of reading. Tables and code are looked up and don't count.
PAGE_WORDS = 1500
# Nobody reads a reference page from top to bottom; it has to fit into one search within the page.
REFERENCE_PAGE_WORDS = 2000

# A pattern, and what to write in its place.
PHRASES = (
    (r"(?<!there\s)\b(?:is|are|was|were)\s+no\b(?!\s+(?:longer|more))", "is not a …, has no …, there is no …"),
    (r"\bsimply\b|\bjust\b(?!\s+(?:before|after))|\bobviously\b|\bof\s+course\b", "leave it out"),
    (r"\bin\s+order\s+to\b", "to"),
    (r"\bwhoever\b|\bwhosoever\b", "a client that …, you, anyone who …"),
    (r"\bone\s+(?:likes|wants|has|can|may|does)\b", "you …"),
    (r"\bin\s+hand\b|\bon\s+the\s+spot\b|\bas\s+it\s+were\b|\bas\s+ever\b", "say what happens"),
    (r"\bbesides\b", "also, and, in addition"),
    (r"\blest\b|\bwhilst\b|\bupon\b|\bsave\s+for\b", "so that … not, while, on, except"),
    (r"\b(?!code\b)([a-z]+)\s+\1\b", "the word once"),
)
_PHRASES = tuple((re.compile(pattern, re.IGNORECASE), advice) for pattern, advice in PHRASES)

# Not at "e.g." and the like, and only where another sentence can begin. What follows a colon counts as one of its own.
_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<=[.!?:])[)\"']*\s+(?=[\"'(\[]?[A-Z0-9a-z])")
_WORD = re.compile(r"[\w'][\w'./-]*")


class Problem(NamedTuple):
    line: int
    text: str


class Sentence(NamedTuple):
    line: int
    text: str

    @property
    def words(self) -> int:
        """How many words there are, apart from code: a list of five fields is quickly read."""
        return len(_WORD.findall(self.text.replace(CODE, "")))


def sentences(passage: Passage) -> Iterator[Sentence]:
    start = 0
    for end in [*(match.end() for match in _END.finditer(passage.text)), len(passage.text)]:
        before = passage.text[:start].count("\n")
        yield Sentence(passage.line + before, passage.text[start:end].strip())
        start = end


def problems(page: str, *, page_words: int = PAGE_WORDS) -> Iterator[Problem]:
    """What is wrong with a page, in the order of its lines, its length last."""
    read = 0
    for passage in passages(page):
        for sentence in sentences(passage):
            yield from _of_sentence(sentence, passage.kind)
            if passage.kind == "paragraph":
                read += sentence.words
        for pattern, advice in _PHRASES:
            for match in pattern.finditer(passage.text):
                line = passage.line + passage.text[: match.start()].count("\n")
                yield Problem(line, f"'{' '.join(match.group().split())}': write instead: {advice}")
    if read > page_words:
        yield Problem(1, f"the page has {read} words of running text, more than {page_words}: split it")


def _of_sentence(sentence: Sentence, kind: str) -> Iterator[Problem]:
    text = " ".join(sentence.text.split())
    if sentence.words > SENTENCE_WORDS:
        yield Problem(
            sentence.line, f"a sentence of {sentence.words} words, more than {SENTENCE_WORDS}: '{text[:50]}…'"
        )
    if kind == "paragraph" and re.match(r"(?:What|Who|Whatever)\b.*[.]$", text):
        yield Problem(sentence.line, f"the subject is a clause: name the thing: '{text[:50]}…'")
