"""Secrets: what they are, and what is in them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from ...contract.declared import Keywords
from ...http.reply import Reply
from ...manila.common.registry import Resource
from ...manila.common.seeds import Fields, Identified, Project, User
from ...world import collation
from ...world.clock import format_time
from . import documents, errors
from .records import SECRETS, TYPES, Secret, find, is_private_to, may_change, may_read, show

if TYPE_CHECKING:
    from ...manila.context import Call
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World

resource = Resource("secrets", kinds=(SECRETS,))

_TEXT, _BYTES = "text/plain", "application/octet-stream"
_SUPPORTED = (_TEXT, _BYTES, "application/pkcs8")
_STRING = {"type": "string", "maxLength": 255}
_DEFAULT_LIMIT, _MAX_LIMIT = 10, 100
_MAX_PAYLOAD = 20_000
"""Bytes, Barbican's ``max_allowed_secret_in_bytes``."""

CREATE: Mapping[str, Any] = {
    "name": {"type": ["string", "null"], "maxLength": 255},
    "algorithm": _STRING,
    "mode": _STRING,
    "bit_length": {"type": "integer", "minimum": 1, "maximum": 32767},
    "expiration": _STRING,
    "payload": {"type": "string"},
    "secret_type": {"enum": list(TYPES)},
    "payload_content_type": {"type": ["string", "null"], "maxLength": 255},
    "payload_content_encoding": {"enum": ["base64"]},
}
_KEPT = ("algorithm", "mode", "bit_length", "secret_type")


def lookup(call: Call) -> Secret:
    """The secret of the path, whosever it is. Raises NotFound."""
    found = find(call.world, call.args["secret_id"])
    if found is None:
        id = call.args["secret_id"]
        raise errors.NotFound("Secret not found.", because=call.why_missing(SECRETS, id, found))
    return found


def _readable(call: Call, what: str) -> Secret:
    secret = lookup(call)
    if not may_read(secret, call.caller):
        raise errors.Forbidden(what)
    return secret


def require_change(call: Call, secret: Secret, what: str) -> None:
    """Raises Forbidden."""
    if not may_change(secret, call.caller):
        raise errors.Forbidden(what)


# Create


def new(world: World, **attributes: Any) -> Secret:
    given = {"id": world.seeded.uuid(), "created_at": world.timestamp(), **attributes}
    return world.store[SECRETS].add(Secret(**given))


def create(call: Call) -> Reply:
    body = call.body
    name = (body.get("name") or "").strip() or None
    payload, kind = _payload(body)
    secret = new(
        call.world,
        project_id=call.caller.project_id,
        creator_id=call.caller.user_id,
        name=name,
        expiration=_expiration(call, body.get("expiration", "")),
        payload=payload,
        content_type=kind,
        **{key: body[key] for key in _KEPT if key in body},
    )
    reference = f"{call.http.base_url}/key-manager/v1/secrets/{secret.id}"
    reply = documents.answer(call, {"secret_ref": reference}, 201)
    reply.headers["Location"] = reference
    return reply


def _payload(body: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What is in a new secret, in base64, and of what type. Raises BadRequest."""
    kind = body.get("payload_content_type")
    encoding = body.get("payload_content_encoding")
    if "payload" not in body:
        if "payload_content_type" in body:
            raise errors.BadRequest("payload must be provided when payload_content_type is specified")
        return None, None
    if kind is None:
        raise errors.BadRequest("If 'payload' is supplied, 'payload_content_type' must also be supplied.")
    plain = _plain(kind)
    if plain not in _SUPPORTED:
        raise errors.BadRequest(f"payload_content_type is not one of {', '.join(_SUPPORTED)}")
    if (encoding is None) != (plain == _TEXT):
        raise errors.BadRequest(f"payload_content_encoding does not fit {plain}: bytes are sent in base64, text is not")
    if not body["payload"].strip():
        raise errors.BadRequest("If 'payload' specified, must be non empty")
    content = body["payload"].strip().encode()
    if encoding is not None:
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error:
            raise errors.BadRequest("Invalid payload for payload_content_encoding") from None
    _check_size(content)
    return base64.b64encode(content).decode(), plain


def _check_size(content: bytes) -> None:
    if len(content) > _MAX_PAYLOAD:
        raise errors.BadRequest("Provided information too large to process")


def _plain(kind: str) -> str:
    """A content type without its charset, if that is UTF-8."""
    plain, _, rest = kind.partition(";")
    charset = rest.replace(" ", "").lower()
    return plain.strip().lower() if charset in ("", "charset=utf-8") else kind


def _expiration(call: Call, text: str) -> str | None:
    if not text.strip():
        return None
    import iso8601  # few secrets expire

    try:
        moment = iso8601.parse_date(text.strip()).replace(tzinfo=None)
    except iso8601.ParseError:
        raise errors.BadRequest("Invalid date for 'expiration'") from None
    if moment <= call.world.now():
        raise errors.BadRequest("'expiration' is before current time")
    return format_time(moment)


# Read


def read(call: Call) -> Reply:
    """What is known of a secret; what is in it, for who accepts something else than JSON, as in the old days."""
    accept = call.http.headers.get("Accept", "*/*")
    if accept not in ("application/json", "*/*"):
        return read_payload(call)
    secret = _readable(call, "Secret retrieval")
    return documents.answer(call, show(call.http.base_url, secret, consumers=documents.microversion(call) > 0))


def read_payload(call: Call) -> Reply:
    """Text is given as bytes, and bytes as text where they are any."""
    secret = _readable(call, "Secret payload retrieval")
    if secret.payload is None:
        raise errors.NotFound("Not Found. Sorry but your secret has no payload.")
    kind = call.http.headers.get("Accept") or _BYTES
    if _plain(kind) not in _SUPPORTED:
        raise errors.BadRequest(f"A Content-Type of '{kind}' for secrets is not supported")
    content = base64.b64decode(secret.payload)
    if _plain(kind) == _TEXT:
        try:
            content.decode()
        except UnicodeDecodeError:
            raise errors.NotAcceptable(f"Accept of '{kind}' for secrets is not supported") from None
    reply = documents.answer(call, content)
    reply.headers["Content-Type"] = kind
    return reply


def list_(call: Call) -> Reply:
    """The project's, or with ``acl_only`` those that a list says the caller may read; oldest first."""
    query = call.http.query
    user = call.caller.user_id
    if query.get("acl_only", "").lower() == "true":
        seen = [each for each in call.world.store[SECRETS] if user in each.users]
    else:
        own = (each for each in call.world.store[SECRETS] if each.project_id == call.caller.project_id)
        seen = [each for each in own if is_private_to(each, user)]
    found = [each for each in seen if find(call.world, each.id) and all(test(each) for test in _tests(query))]
    limit = min(max(_number(query.get("limit"), _DEFAULT_LIMIT), 0), _MAX_LIMIT)
    offset = max(_number(query.get("offset"), 0), 0)
    page = found[offset : offset + limit]
    with_consumers = documents.microversion(call) > 0
    body: dict[str, Any] = {"secrets": [show(call.http.base_url, each, consumers=with_consumers) for each in page]}
    if page and offset > 0:
        body["previous"] = _link(call, max(0, offset - limit), limit)
    if page and offset + limit < len(found):
        body["next"] = _link(call, offset + limit, limit)
    return documents.answer(call, {**body, "total": len(found)})


def _tests(query: Mapping[str, str]) -> Iterator[Callable[[Secret], bool]]:
    for name, attribute in {"name": "name", "alg": "algorithm", "mode": "mode", "secret_type": "secret_type"}.items():
        if query.get(name):
            yield lambda secret, a=attribute, n=name: collation.equal(secret[a] or "", query[n])  # type: ignore[misc]
    bits = _number(query.get("bits"), 0)
    if bits > 0:
        yield lambda secret: secret.bit_length == bits


_NUMBER = re.compile(r"-?[0-9]{1,18}")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and _NUMBER.fullmatch(text) else otherwise


def _link(call: Call, offset: int, limit: int) -> str:
    others = {name: value for name, value in call.http.query.items() if name not in ("limit", "offset")}
    query = urlencode({"limit": limit, "offset": offset, **others})
    return f"{call.http.base_url}/key-manager/v1/secrets?{query}"


# Change


def store_payload(call: Call) -> Reply:
    """What is in a secret that was made without: once."""
    secret = lookup(call)
    require_change(call, secret, "Secret update")
    kind = _plain(call.http.headers.get("Content-Type", ""))
    if kind not in (_TEXT, _BYTES):
        raise errors.UnsupportedMediaType(f"Content-Type of '{kind}' is not supported for PUT.")
    content = call.http.body
    if call.http.headers.get("Content-Encoding") == "base64":
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error:
            raise errors.BadRequest("Problem decoding payload") from None
    if not content:
        raise errors.BadRequest("No information provided to process")
    _check_size(content)
    if secret.payload is not None:
        raise errors.Conflict("Secret already has data, cannot modify it.")
    call.world.touch(secret, payload=base64.b64encode(content).decode(), content_type=kind)
    return Reply(204, untyped=True)


def delete(call: Call) -> None:
    secret = lookup(call)
    require_change(call, secret, "Secret deletion")
    call.world.remove(SECRETS, secret)


# Seeding


class SecretFields(Identified, total=False):
    name: Annotated[str, Keywords(maxLength=255)]
    user: User
    project: Annotated[Project, "Default: the project of the user."]
    secret_type: Annotated[str, Keywords(enum=list(TYPES)), "Default: opaque."]
    algorithm: Annotated[str, Keywords(maxLength=255)]
    bit_length: Annotated[int, Keywords(minimum=1, maximum=32767)]
    mode: Annotated[str, Keywords(maxLength=255)]
    payload: Annotated[str, "A text."]
    project_access: Annotated[bool, "Whether all of the project may read it; default: true."]


@resource.seeds_as("secret", SECRETS, SecretFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    owner = seeder.owner(given)
    payload = given.pop("payload", None)
    if payload is not None:
        given |= {"payload": base64.b64encode(payload.encode()).decode(), "content_type": _TEXT}
    return new(seeder.world, project_id=owner["project_id"], creator_id=owner["user_id"], **given)
