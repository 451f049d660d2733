"""Whether an answer has one of the shapes that real Manila's have."""

from __future__ import annotations

from fakemanila.manila import errors

from ..api import Answer

_FAULTS = {"badRequest", "unauthorized", "forbidden", "itemNotFound", "conflictingRequest", "overLimit", "badMediaType"}
_FAULTS |= {"notImplemented", "serviceUnavailable", "computeFault"}
_IN_FRONT = [refuse(accept) for refuse in (errors.not_routed, errors.too_large) for accept in (None, "*/*")]


def assert_well_formed(answer: Answer) -> None:
    """An answer of the API, right or wrong: never a crash, a refusal always in its envelope."""
    assert answer.status < 500 or answer.status == 501, answer
    if answer.status < 400:
        if answer.content and answer.headers["Content-Type"] == "application/json":
            assert isinstance(answer.json, dict), answer
        return
    if answer.headers["Content-Type"].partition(";")[0] in ("text/html", "text/plain"):
        assert answer.status in (404, 413), answer
        assert answer.text in {reply.body.decode() for reply in _IN_FRONT}
    elif answer.status == 401:
        error = answer.json["error"]
        assert (error["code"], error["title"]) == (401, "Unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Keystone uri=")
    else:
        _, name = answer.fault
        assert name in _FAULTS, answer
        if answer.status == 400:
            assert name == "badRequest"
