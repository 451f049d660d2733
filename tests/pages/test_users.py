"""The examples in the pages for each kind of user work as they stand."""

from __future__ import annotations

import re

import pytest

from .blocks import DOCS, blocks, write_files

PAGES = ["csi-driver", "dashboard", "operator", "sdk", "terraform-provider"]


def test_every_page_is_tested() -> None:
    assert sorted(path.stem for path in DOCS.glob("users/*.md")) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_the_example_works_as_it_stands(name: str, project: pytest.Pytester) -> None:
    write_files(f"users/{name}", project.path)
    result = project.runpytest("-W", "ignore")
    assert result.ret == 0
    tests = sum(len(re.findall(r"^def test_", block.text, re.MULTILINE)) for block in blocks(f"users/{name}", "python"))
    assert result.parseoutcomes()["passed"] >= tests >= 3
