"""The rules find what they are for, on the right line, and leave code alone."""

from __future__ import annotations

import pytest

from . import rules
from .__main__ import main, prose
from .markdown import passages


def found(page: str, **options: int) -> list[tuple[int, str]]:
    return [(problem.line, problem.text.partition(":")[0]) for problem in rules.problems(page, **options)]


@pytest.mark.parametrize(
    "text",
    [
        "It is no directory.",
        "You can simply call it.",
        "It fails for whoever calls it.",
        "The the word.",
        "The share is\nno directory.",
    ],
)
def test_a_phrase_is_found_on_its_line(text: str) -> None:
    ((line, said),) = found(f"# Title\n\nA sentence.\n{text}\n")
    assert line == 4
    assert said.startswith("'")


@pytest.mark.parametrize(
    "text",
    [
        "There is no directory.",
        "It is no longer there.",
        "It happens just before the request.",
        "`is no`",
        "Does it work?",
    ],
)
def test_what_looks_like_a_phrase_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_clause_as_a_subject_is_found_but_not_in_questions_and_headings() -> None:
    page = "# What it does\n\nWhat it is, it says.\n\nWhat is it?\n\n| What it has |\n|---|\n| What it is. |\n"
    assert found(page) == [(3, "the subject is a clause")]


def test_a_long_sentence_is_found_where_it_begins() -> None:
    page = f"Short.\nAlso short. And\n{'two words ' * (rules.SENTENCE_WORDS // 2)}end.\n"
    assert found(page) == [(2, f"a sentence of {rules.SENTENCE_WORDS + 2} words, more than {rules.SENTENCE_WORDS}")]


def test_code_has_no_length() -> None:
    fields = ", ".join(f"`field_{number}`" for number in range(2 * rules.SENTENCE_WORDS))
    assert found(f"It has {fields}.\n\n```\n{'word ' * 2 * rules.SENTENCE_WORDS}\n```\n") == []


def test_a_long_page_is_found_by_its_running_text_alone() -> None:
    table = "| a | b |\n|---|---|\n" + "| some words | more words |\n" * 5
    assert found(f"# Title\n\nThree short words.\n\n{table}", page_words=3) == []
    assert found("Four very short words.\n", page_words=3) == [(1, "the page has 4 words of running text, more than 3")]


def test_cells_and_items_keep_their_lines() -> None:
    page = "- one\n- two\n\n| head | |\n|---|---|\n| cell | [link](page.md) |\n"
    assert [(each.line, each.kind, each.text) for each in passages(page) if each.text] == [
        (1, "paragraph", "one"),
        (2, "paragraph", "two"),
        (4, "cell", "head"),
        (6, "cell", "cell"),
        (6, "cell", "link"),
    ]
    assert prose(page).splitlines()[5] == "cell link"


def test_problems_are_printed_with_their_file_and_fail(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path_factory.mktemp("pages")
    page = folder / "page.md"
    page.write_text("# Title\n\nIt is no page.\n")
    # The tools have an environment of their own.
    monkeypatch.setattr("tests.prose.__main__.by_codespell", lambda paths: [])
    monkeypatch.setattr("tests.prose.__main__.by_proselint", lambda pages: [])
    assert main([str(folder)]) == 1
    assert capsys.readouterr().out.startswith(f"{page}:3: 'is no'")
    page.write_text("# Title\n\nIt is a page.\n")
    assert main([str(folder)]) == 0
