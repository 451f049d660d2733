"""Whatever is sent, the answer is one that Manila could give, and a refused request has changed nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakemanila.contract.model import Schema, load
from fakemanila.manila.blueprint import MAX_BODY
from fakemanila.manila.resources import HANDLERS
from fakemanila.versions import EXPERIMENTAL_HEADER, MAXIMUM, MINIMUM, Microversion
from fakemanila.world.state.document import dump
from fakemanila.world.state.document import load as restore

from ..api import PRIVATE, UNKNOWN, VERSION, Answer, Api
from .envelopes import assert_well_formed
from .wire import send

FAST = settings(max_examples=100, deadline=None)
THOROUGH = settings(max_examples=400, deadline=None)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63, -1, 0, 10**400, float("nan"), float("inf"), -0.0, 1e308]),
    st.text(max_size=6),
    st.sampled_from(["", " ", "\0", "\ud800", "x" * 256, "x" * 1024, "1", "True", "<is> True", "available", "error"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
TEXT = st.text(max_size=12) | st.sampled_from(["x" * 5000, "é", "\0", "%", "../..", "9" * 400, "null"])


class Populated(Api):
    """A world with something of everything, whose users have their tokens."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(**changes)
        for user in USERS:
            self.token(user)
        self.share = self.make_share(name="db", metadata={"tier": "gold"})["id"]
        self.snapshot = self.make_snapshot(self.share, name="db-1", metadata={"tier": "gold"})["id"]
        share_type = self.make_type(**PRIVATE)["id"]
        self.ids = {
            "share_id": self.share,
            "snapshot_id": self.snapshot,
            "share_type_id": share_type,
            "share_type": "default",
            "other_share": self.make_share(name="other", is_public=False)["id"],
            "public_share": self.make_share(user="admin", is_public=True)["id"],
            "project_id": self.project_id("demo"),
            "key": "tier",
            "extra_spec_key": "snapshot_support",
        }
        self.get("/v2/")
        self.saved = dump(self.world)

    def put_back(self) -> None:
        """The world as it was made, which takes less than to make another."""
        if dump(self.world) != self.saved:
            restore(self.world, self.saved)


@cache
def populated_once(strict: bool) -> Populated:
    return Populated(strict=strict)


CALLERS = ("admin", "admin", "demo", "demo", "demo_reader", "alt_demo")
USERS = ("admin", "demo", "demo_reader", "alt_demo")
READINGS = ("shares/detail?all_tenants=1", "snapshots/detail?all_tenants=1", "types?is_public=all")


def check(api: Api, before: Any, answer: Answer) -> None:
    """The answer is well-formed, a refusal has changed nothing, and everything can still be read."""
    assert_well_formed(answer)
    if answer.status >= 400:
        assert api.records() == before, answer
        return
    for path in READINGS:
        assert send(api, "GET", f"/v2/{path}", user="admin").status == 200


# Bodies

SERVED = sorted((o for o in load() if o.id in HANDLERS), key=lambda operation: operation.id)
CHANGING = [(operation, route) for operation in SERVED for route in operation.routes if route.method != "GET"]
PLAUSIBLE: dict[str, Any] = {
    "size": 1,
    "share_proto": "NFS",
    "extra_specs": {"driver_handles_share_servers": "False"},
    "metadata": {"tier": "bronze"},
    "status": "error",
    "share_type_access:is_public": False,
    "os-share-type-access:is_public": False,
    "is_public": False,
    "project": "c0ffee" * 5 + "00",
}


@st.composite
def contents(draw: st.DrawFn, schema: Schema, fields: list[str], ids: Mapping[str, str]) -> Any:
    """The inside of an envelope: what is required and some of the rest, as it should be but for a field or two."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    required = [name for name in fields if name in schema.get("required", ())]
    optional = draw(st.lists(st.sampled_from(fields), max_size=3)) if fields else []
    chosen = {name: ids.get(name, PLAUSIBLE.get(name, "x")) for name in (*required, *optional)}
    for name in draw(st.lists(st.sampled_from([*chosen, "x", "é", ""]), max_size=2)):
        chosen[name] = draw(JSON | st.sampled_from([*ids.values(), UNKNOWN]))
    return chosen


@THOROUGH
@given(data=st.data())
def test_bodies(data: st.DataObject) -> None:
    api = populated_once(data.draw(st.sampled_from([False, False, True])))
    operation, route = data.draw(st.sampled_from(CHANGING))
    low, high = route.versions.min or MINIMUM, route.versions.max or MAXIMUM
    version = data.draw(st.integers(low.minor, high.minor))
    path = "/v2"
    for step in route.path.split("/")[1:]:
        if step.startswith("{"):
            usual = api.ids.get(step[1:-1], UNKNOWN)
            step = data.draw(st.sampled_from([usual] * 9 + [*api.ids.values(), UNKNOWN]))
        path += f"/{step}"
    request = operation.request
    body: Any = None
    if request is not None:
        fields = sorted(load().properties(request.schema, Microversion(2, version)))
        body = data.draw(contents(request.schema, fields, api.ids))
        keys = [route.action or request.envelope, *(() if route.action else request.aliases)]
        if keys[0] is not None:
            body = {data.draw(st.sampled_from(keys)): body}
    if route.action is None and data.draw(st.integers(0, 9)) == 0:
        body = data.draw(JSON)
    headers = {VERSION: f"2.{version}", EXPERIMENTAL_HEADER: "true"}
    sent = b"" if request is None else json.dumps(body).encode()
    before = api.records()
    answer = send(api, route.method, path, user=data.draw(st.sampled_from(CALLERS)), headers=headers, body=sent)
    try:
        check(api, before, answer)
    finally:
        api.put_back()


DEEP = 100_000
RAW = [
    b"",
    b" ",
    b"{",
    b"nul",
    b"\xff\xfe",
    b'{"share": "\xff"}',
    "{\"share\": {}}".encode("utf-16"),
    b"\xef\xbb\xbf{}",
    b"[" * DEEP,
    b"[" * (DEEP // 2) + b"]" * (DEEP // 2),
    b'{"share":' * (DEEP // 10) + b"1" + b"}" * (DEEP // 10),
    b'{"share": {"metadata": ' + b'{"a":' * 9000 + b"1" + b"}" * 9000 + b"}}",
    b'{"share": {"size": NaN}}',
    b'{"share": {"size": Infinity, "share_proto": "NFS"}}',
    b'{"share": {"size": 1e400, "share_proto": "NFS"}}',
    b'{"share": {"size": ' + b"9" * 5000 + b', "share_proto": "NFS"}}',
    b'{"share": {"size": 1, "share_proto": "NFS", "name": "\\ud800"}}',
    b'{"share": {"size": 1, "share_proto": "\\u0000"}}',
    b'{"share": {}, "share": {}}',
    b"size=1",
    b"--boundary\r\n\r\n",
]  # fmt: skip
CONTENT_TYPES = [
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=nonsense",
    "application/xml",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=boundary",
    "",
    "é",
    ";;;",
]


@pytest.fixture(scope="module")
def populated() -> Populated:
    return Populated()


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: repr(raw[:30]))
def test_bodies_that_are_no_objects(populated: Populated, raw: bytes) -> None:
    before = populated.records()
    for target in ("/v2/shares", f"/v2/shares/{populated.share}/action", f"/v2/shares/{populated.share}/metadata"):
        for content_type in CONTENT_TYPES:
            for chunked in (False, True):
                headers = {"Content-Type": content_type}
                answer = send(populated, "POST", target, headers=headers, body=raw, chunked=chunked)
                assert_well_formed(answer)
                assert answer.status in (400, 404, 413, 422), answer
    for method in ("GET", "PUT", "DELETE"):
        assert_well_formed(send(populated, method, f"/v2/shares/{UNKNOWN}", body=raw))
    assert populated.records() == before


@FAST
@given(body=st.binary(max_size=30) | JSON.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes(populated: Populated, body: bytes) -> None:
    before = populated.records()
    check(populated, before, send(populated, "POST", "/v2/snapshots", body=body))
    check(populated, before, send(populated, "PUT", f"/v2/snapshots/{populated.snapshot}", body=body))
    assert populated.records() == before


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("target", ["/v2/shares", "/identity/v3/auth/tokens", "/nowhere"])
@pytest.mark.parametrize("user", ["demo", None])
def test_bodies_that_are_too_large(populated: Populated, target: str, chunked: bool, user: str) -> None:
    before = populated.records()
    answer = send(populated, "POST", target, user=user, body=b" " * (MAX_BODY + 1), chunked=chunked)
    assert answer.status == 413
    assert "Request is too large." in answer.text
    assert answer.headers["x-openstack-request-id"] == populated.journal[-1].id
    assert populated.records() == before


def test_the_largest_body_is_read(populated: Populated) -> None:
    body = b'{"share": {}}'
    assert send(populated, "POST", "/v2/shares", body=body + b" " * (MAX_BODY - len(body))).status == 400


# Queries

QUERY_NAMES = st.sampled_from(
    sorted({name for operation in SERVED for name in (operation.query or {}).get("properties", ())})
)
ODD_VALUES = "1 0 -1 1.5 asc desc created_at id metadata {'a':'b'} {'a':{}} {1:2} [] {'a': true all {[]:1} {'a':1e999}"
QUERY_VALUES = TEXT | st.sampled_from([*ODD_VALUES.split(), "{" * 500, "(" * 5000, "1" * 5000, "-" * 3000 + "1"])
LISTS = ("snapshots", "snapshots/detail", "shares", "shares/detail", "types", "availability-zones")


@THOROUGH
@given(
    path=st.sampled_from(LISTS),
    query=st.lists(st.tuples(QUERY_NAMES | TEXT, QUERY_VALUES), max_size=4),
    user=st.sampled_from(USERS),
    version=st.integers(7, 99),
)
@example(path="types", query=[("extra_specs", "{[]: 1}")], user="admin", version=99)
@example(path="snapshots", query=[("limit", "1"), ("name", "\ud800")], user="admin", version=99)
def test_queries(populated: Populated, path: str, query: list[tuple[str, str]], user: str, version: int) -> None:
    before = populated.records()
    text = "&".join(f"{quote(name, errors='replace')}={quote(value, errors='replace')}" for name, value in query)
    answer = send(populated, "GET", f"/v2/{path}?{text}", user=user, headers={VERSION: f"2.{version}"})
    assert_well_formed(answer)
    assert answer.status in (200, 400, 403), answer
    assert populated.records() == before


@FAST
@given(query=st.text(alphabet="&=;%+~{}'\"é\x00 ?#/[]09af", max_size=30), path=st.sampled_from(LISTS))
@example(query="%ff", path="snapshots")
@example(query="limit=%ff", path="shares")
@example(query="%", path="snapshots")
@example(query="é=é", path="snapshots")
def test_raw_queries(populated: Populated, query: str, path: str) -> None:
    answer = send(populated, "GET", f"/v2/{path}?{query}")
    assert_well_formed(answer)
    assert answer.status in (200, 400)


# Paths


@pytest.fixture(scope="module")
def api() -> Api:
    """A world with nothing in it, which nothing here is to change."""
    api = Api()
    api.token()
    return api


TRICKS = ["..", ".", "", "%2e%2e", "%2F", "%2f..%2f", "%00", "%ff", "%", "%zz", "%20", "é", "a" * 5000, "*", "\\", ";x"]
WORDS = "v2 v1 snapshots shares detail types action metadata identity v3 worlds auth tokens _fakemanila healthcheck"
SEGMENTS = st.sampled_from([*TRICKS, *WORDS.split(), "snapshots.json", ".json", "x.xml", "{id}", UNKNOWN, "a" * 32])


@THOROUGH
@given(
    segments=st.lists(SEGMENTS | TEXT.map(lambda text: quote(text, errors="replace")), max_size=6),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "SPAM", "get"]),
    prefix=st.sampled_from(["/v2/", "/", "/v2/snapshots/", "/identity/v3/", "/worlds/x/v2/"]),
    user=st.sampled_from(["demo", None]),
)
def test_paths(api: Api, segments: list[str], method: str, prefix: str, user: str | None) -> None:
    before = api.records()
    answer = send(api, method, prefix + "/".join(segments), user=user, body=b"{}")
    assert answer.status < 500 or answer.status == 501, answer
    if answer.status >= 400 and method != "HEAD" and answer.headers["Content-Type"] == "application/json":
        assert isinstance(answer.json, dict)
    assert api.records() == before


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_ids_that_are_none(populated: Populated, trick: str, method: str) -> None:
    before = populated.records()
    body = b"" if method != "PUT" else b'{"snapshot": {"display_name": "x"}}'
    for target in (f"/v2/snapshots/{trick}", f"/v2/{trick}/snapshots", f"/v2/snapshots/{trick}/metadata/{trick}"):
        answer = send(populated, method, target, body=body)
        assert_well_formed(answer)
        assert answer.status in (200, 400, 404), answer
    assert populated.records() == before


# Headers

LATIN = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30)
VERSIONS = ["latest", "", " ", "2", "2.", ".2", "2.0.1", "-1.5", "2.-1", "2.100", "3.0", "1.0", "0.0", "2.01", "02.1"]
VERSIONS += [
    "2.0 ",
    " 2.0",
    "2,0",
    "9" * 400 + ".1",
    "2." + "9" * 400,
    "\u0662.\u0660",
    "²",
    "2.0\x0b",
    "é",
    "2.2.2",
    "+2.0",
]


@FAST
@given(token=LATIN | st.sampled_from(["x" * 100_000, "\xff", "null", "gAAAAA"]))
def test_tokens(populated: Populated, token: str) -> None:
    before = populated.records()
    for target in ("/v2/", "/v2/snapshots", f"/v2/snapshots/{populated.snapshot}"):
        answer = send(populated, "GET", target, user=None, headers={"X-Auth-Token": token})
        assert answer.status == 401
        assert_well_formed(answer)
    headers = {"X-Auth-Token": token, "X-Subject-Token": token}
    assert send(populated, "GET", "/identity/v3/auth/tokens", user=None, headers=headers).status == 401
    assert send(populated, "DELETE", "/identity/v3/auth/tokens", headers={"X-Subject-Token": token}).status == 404
    assert populated.records() == before


@pytest.mark.parametrize("version", VERSIONS)
def test_bad_microversions(populated: Populated, version: str) -> None:
    answer = send(populated, "GET", "/v2/snapshots", headers={VERSION: version})
    assert_well_formed(answer)
    assert answer.status in (400, 406), answer
    assert (VERSION in answer.headers) == (answer.status == 406)


@FAST
@given(version=LATIN | st.sampled_from(VERSIONS), name=st.sampled_from([VERSION, EXPERIMENTAL_HEADER, "Accept"]))
def test_headers(populated: Populated, version: str, name: str) -> None:
    answer = send(populated, "GET", "/v2/snapshots", headers={name: version})
    assert_well_formed(answer)
