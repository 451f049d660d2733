"""Whether an answer has one of the shapes that real Manila's have."""

from __future__ import annotations

from fakemanila import errors

from ..api import Answer

_FAULTS = {"badRequest", "unauthorized", "forbidden", "itemNotFound", "conflictingRequest", "overLimit", "badMediaType"}
_FAULTS |= {"notImplemented", "serviceUnavailable", "computeFault"}


def assert_well_formed(answer: Answer) -> None:
    """An answer of the API, right or wrong: never a crash, a refusal always in its envelope."""
    assert answer.status < 500 or answer.status == 501, answer
    if answer.status < 400:
        if answer.content and answer.headers["Content-Type"] == "application/json":
            assert isinstance(answer.json, dict), answer
        return
    if answer.content == errors.not_routed(None).body:
        assert answer.status == 404
        assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    elif answer.status == 401:
        error = answer.json["error"]
        assert (error["code"], error["title"]) == (401, "Unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Keystone uri=")
    elif answer.headers["Content-Type"].startswith("text/plain"):
        assert answer.status == 413, answer
    else:
        _, name = answer.fault
        assert name in _FAULTS, answer
        if answer.status == 400:
            assert name == "badRequest"
