"""The schemas of states and scenarios are what the kinds of records say."""

from __future__ import annotations

import json

import pytest

from fakemanila.all_resources import KINDS, RESOURCES
from fakemanila.manila import described
from fakemanila.package_data import schemas_dir


@pytest.mark.parametrize(("name", "document"), described.documents().items())
def test_a_schema_is_what_the_kinds_say(name: str, document: object) -> None:
    assert json.loads((schemas_dir() / name).read_text(encoding="utf-8")) == document, "run make schemas"


def test_a_kind_has_one_owner() -> None:
    kinds = [str(kind) for resource in RESOURCES for kind in resource.kinds]
    assert sorted(kinds) == sorted(KINDS)
