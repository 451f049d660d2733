"""Sequences of calls that schemathesis plays along the links of the server's own OpenAPI document.

What was made is there, what was removed is gone, and every answer on the way is a documented one.
``SCHEMATHESIS_EXAMPLES=200`` makes a thorough run of it.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from hypothesis import settings
from schemathesis import GenerationMode
from schemathesis.generation.stateful.state_machine import StepInput
from schemathesis.specs.openapi.checks import use_after_free

from fakemanila.versions import EXPERIMENTAL_HEADER

from ..api import VERSION
from .test_schemathesis import CHECKS, MANY, fresh, known, loaded

SEQUENCES = settings(MANY, max_examples=int(os.environ.get("SCHEMATHESIS_EXAMPLES", "10")), stateful_step_count=10)


def test_what_is_made_can_be_used_until_it_is_removed() -> None:
    schema = loaded("2.99")
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    followed: Counter[bool] = Counter()  # by whether the call succeeded

    class Sequence(schema.as_state_machine()):  # type: ignore[misc]
        """Calls of an administrator, in a world of their own."""

        def setup(self) -> None:
            self.api = fresh()

        def step(self, input: StepInput) -> Any:
            output = super().step(input)
            if input.transition is not None and input.is_applied:
                followed[output.response.status_code < 400] += 1
            return output

        def before_call(self, case: Any) -> None:
            case.body = known(case.body, self.api.ids)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"X-Auth-Token": self.api.token("admin"), VERSION: "2.99", EXPERIMENTAL_HEADER: "true"}}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            if response.status_code != 501:
                case.validate_response(response, checks=[*CHECKS, use_after_free], recorder=self.recorder)

    Sequence.run(settings=SEQUENCES)
    assert followed[True]  # how often is a matter of chance
