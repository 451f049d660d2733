"""The tests before and after the move are as the page shows them."""

from __future__ import annotations

import pytest

from .blocks import write_files

LIBRARIES = (
    "test_before_responses.py",
    "test_before_requests_mock.py",
    "test_before_httpserver.py",
    "test_both_at_once.py",
)
"""They need packages that nothing else here needs: `make tutorials` runs them, with the others."""


def test_the_tests_work_as_they_stand(project: pytest.Pytester) -> None:
    names = write_files("how-to/migrate", project.path)
    for name in LIBRARIES:
        compile((project.path / name).read_text(encoding="utf-8"), name, "exec")
    others = [name for name in names if name.startswith("test_") and name not in LIBRARIES]
    result = project.runpytest("-W", "ignore", *others)
    result.assert_outcomes(passed=7)
