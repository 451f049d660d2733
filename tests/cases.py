"""One test for many small cases, of which each would cost more to be a test than to be tried."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

Test = Callable[..., None]


def for_each(**cases: Mapping[str, Any]) -> Callable[[Test], Test]:
    """Calls a test with every case of one argument; what fails is named by the case, and the others are tried as well.

    ``@for_each(operation=OPERATIONS)`` takes the operations by what they are called.
    """
    ((argument, values),) = cases.items()

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        fixtures = [each for each in signature.parameters.values() if each.name != argument]

        @functools.wraps(test)
        def try_all(*instance: Any, **used: Any) -> None:
            failed: list[str] = []
            for name, value in values.items():
                try:
                    test(*instance, **used, **{argument: value})
                except Exception as error:  # noqa: PERF203 - the others are to be tried
                    failed.append(f"[{name}] {type(error).__name__}: {error}")
            assert not failed, "\n\n".join([f"{len(failed)} of {len(values)} cases failed:", *failed])

        try_all.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return try_all

    return decorate
