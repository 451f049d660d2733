"""The archive is a HAR 1.2, which http://www.softwareishard.com/blog/har-12-spec/ describes."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakemanila.control.exports import har
from fakemanila.http.wire import WireError

from ...api import NOBODY, UNKNOWN, Api

TEXT = {"type": "string"}
SIZE = {"type": "integer", "minimum": -1}
TIME = {"type": "number", "minimum": 0}


def fields(optional: dict[str, Any] | None = None, **required: Any) -> dict[str, Any]:
    """An object of the format: what isn't in it begins with an underscore."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {}), "comment": TEXT},
        "required": list(required),
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def many(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


PAIRS = many(fields(name=TEXT, value=TEXT))
BOTH = {"httpVersion": TEXT, "cookies": PAIRS, "headers": PAIRS, "headersSize": SIZE, "bodySize": SIZE}
REQUEST = fields(
    {"postData": fields({"params": PAIRS, "text": TEXT}, mimeType=TEXT)},
    method=TEXT,
    url={**TEXT, "pattern": "^https?://"},
    queryString=PAIRS,
    **BOTH,
)
CONTENT = fields({"text": TEXT, "compression": SIZE, "encoding": TEXT}, size=SIZE, mimeType=TEXT)
RESPONSE = fields(status={"type": "integer"}, statusText=TEXT, content=CONTENT, redirectURL=TEXT, **BOTH)
ENTRY = fields(
    {"pageref": TEXT, "serverIPAddress": TEXT, "connection": TEXT},
    startedDateTime={**TEXT, "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)$"},
    time=TIME,
    request=REQUEST,
    response=RESPONSE,
    cache={"type": "object"},
    timings=fields(send=TIME, wait=TIME, receive=TIME),
)
HAR = fields(log=fields(version={"const": "1.2"}, creator=fields(name=TEXT, version=TEXT), entries=many(ENTRY)))


@pytest.fixture
def api() -> Api:
    return Api()


def archive(api: Api) -> Any:
    made = har.archive(api.journal, "http://localhost:8786")
    Draft202012Validator(HAR).validate(made)
    return made["log"]["entries"]


def test_it_has_the_structure_of_the_format_whatever_was_asked(api: Api) -> None:
    api.make_share(name="db")
    api.get("/v2/shares", query={"name": "db"})
    api.get("/v2/shares", user=NOBODY)
    api.get("/", user=NOBODY)
    api.call("HEAD", "/v2/shares")
    api.post("/v2/shares", data=b"\xff{")
    api.get("/v2")
    api.delete(f"/v2/shares/{UNKNOWN}")
    api.world.faults.add({"do": {"reset": True}})
    with pytest.raises(WireError):
        api.get("/v2/shares")
    entries = archive(api)
    assert [entry["_id"] for entry in entries] == [entry.id for entry in api.journal]
    assert entries[-1]["response"]["status"] == 0
    assert "fault" in entries[-1]["comment"]


def test_both_sides_of_an_exchange_are_there(api: Api) -> None:
    api.make_share(name="db")
    entry = archive(api)[-1]
    assert entry["request"]["url"] == "http://localhost:8786/v2/shares"
    assert '"name": "db"' in entry["request"]["postData"]["text"]
    assert entry["response"]["content"]["mimeType"] == "application/json"
    assert entry["startedDateTime"] == "2026-01-01T00:00:00.000000Z"


def test_secrets_stay_masked(api: Api) -> None:
    token = api.token()
    api.get("/v2/shares")
    text = str(archive(api))
    assert token not in text
    assert "'secret'" not in text


def test_an_empty_journal_is_an_archive_too(api: Api) -> None:
    assert archive(api) == []
