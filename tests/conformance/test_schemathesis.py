"""What the server does is what its own OpenAPI document says, for requests that schemathesis makes up from it.

An answer has a documented code and fits its schema, and nothing crashes. A request that the document forbids is
refused, or accepted with a warning in the journal where real Manila is lenient, or else listed in ``lenient.yaml``.

``SCHEMATHESIS_EXAMPLES=200`` makes a thorough run of it.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from fakemanila.contract.openapi import openapi
from fakemanila.package_data import schemas_dir
from fakemanila.versions import EXPERIMENTAL_HEADER

from ..api import VERSION
from ..sweeps.test_bad_input import Populated

VERSIONS = ("2.0", "2.36", "2.65", "2.99")
LENIENT = yaml.safe_load(Path(__file__).with_name("lenient.yaml").read_text(encoding="utf-8")) or {}

# What there is to be found is found by many operations; a few requests each are enough for one run.
MANY = settings(
    max_examples=int(os.environ.get("SCHEMATHESIS_EXAMPLES", "4")),
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@cache
def populated() -> tuple[Populated, Any]:
    """A server with something of everything, and its records as they were."""
    api = Populated()
    api.token("admin")
    return api, api.world.store.copy()


def fresh() -> Populated:
    """The same server with its records as they were."""
    api, store = populated()
    api.world.store = store.copy()
    return api


def loaded(version: str) -> Any:
    """The document of a microversion, as schemathesis takes it."""
    document = openapi(schemas_dir(), version)
    for path in document["paths"].values():
        for operation in path.values():
            # The headers are always right here; tests/sweeps tries wrong ones.
            operation["parameters"] = [entry for entry in operation.get("parameters", ()) if "$ref" not in entry]
            operation["security"] = []
    schema = schemathesis.openapi.from_dict(document)
    schema.app = populated()[0].client.application
    return schema


@cache
def operations(version: str) -> dict[str, Any]:
    """The operations of the document of a microversion by method and path."""
    operations = [found.ok() for found in loaded(version).get_all_operations() if isinstance(found, Ok)]
    return {operation.label: operation for operation in operations}


def known(value: Any, ids: dict[str, str]) -> Any:
    """A body or parameters with the ids of what there is instead of invented ones."""
    if not isinstance(value, dict):
        return value
    return {key: ids[key] if key in ids and isinstance(item, str) else known(item, ids) for key, item in value.items()}


def send(api: Populated, case: Any, version: str) -> Any:
    headers = {"X-Auth-Token": api.token("admin"), VERSION: version, EXPERIMENTAL_HEADER: "true"}
    return case.call(headers=headers)


def problems(case: Any, response: Any, checks: list[Any]) -> str:
    try:
        case.validate_response(response, checks=checks)
    except (AssertionError, FailureGroup) as failure:
        return "\n\n".join(str(part) for part in getattr(failure, "exceptions", [failure]))
    return ""


def cases(*, forbidden: bool = False) -> list[Any]:
    """Each operation at each of the versions that describes it in a way of its own.

    With `forbidden` each as the newest has it, and those alone that have a query or a body: a path can hardly be wrong,
    and what is wrong with an older body is tried by tests/sweeps, at every operation's oldest version.
    """
    found, seen = [], set()
    for version in reversed(VERSIONS) if forbidden else VERSIONS:
        for label, operation in operations(version).items():
            description = label if forbidden else (label, json.dumps(operation.definition.raw, sort_keys=True))
            if description not in seen and (operation.query or operation.body or not forbidden):
                seen.add(description)
                found.append(pytest.param(version, label, id=f"{version} {label}"))
    return found


@pytest.mark.parametrize(("version", "label"), cases())
def test_what_the_document_allows_is_answered_as_it_says(version: str, label: str) -> None:
    @MANY
    @given(operations(version)[label].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def run(case: Any) -> None:
        api = fresh()
        case.path_parameters = known(case.path_parameters, api.ids)
        case.body = known(case.body, api.ids)
        response = send(api, case, version)
        if response.status_code != 501:  # not built yet
            checks = [*CHECKS, content_type_conformance] if response.content else CHECKS
            assert not problems(case, response, checks)

    run()


@pytest.mark.parametrize(("version", "label"), cases(forbidden=True))
def test_what_the_document_forbids_is_refused_or_noted(version: str, label: str) -> None:
    @MANY
    @given(operations(version)[label].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def run(case: Any) -> None:
        api = fresh()
        response = send(api, case, version)
        if response.status_code == 501:
            return
        assert not problems(case, response, CHECKS)
        noted = api.journal[-1].contract_warnings
        if not noted and label not in LENIENT:
            assert not problems(case, response, [negative_data_rejection])

    run()
