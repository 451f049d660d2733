"""What is checked of a request once its operation is known: the caller's policy, its body and its query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..contract.model import Body
from ..contract.validate import MAX_ECHO, Violation, body_validator, query_parameters, query_value_fits
from ..http.encoding import JSON
from ..http.reply import Reply
from ..reasons.contents import WrongContent, kept
from ..world.journal import is_secret
from . import errors
from .context import Call

if TYPE_CHECKING:
    from .context import HttpRequest

UNDECODABLE = "The server could not comply with the request since it is either malformed or otherwise incorrect."


def is_json(http: HttpRequest) -> bool:
    return http.headers.get("Content-Type", "").partition(";")[0].strip().lower() == JSON


def authorize(call: Call) -> Reply | None:
    """The operation's policy, for the caller's own project: 403. What depends on a record is its handler's matter."""
    operation = call.operation
    if operation.presence_first:
        _check_presence(call)
    if operation.policy is not None and not operation.policy_on_record:
        call.require(operation.policy)
    return None


def validate(call: Call) -> Reply | None:
    """The contract: 400 for what Manila refuses, a journal warning for what it lets pass (400 in strict mode)."""
    _validate_query(call)
    operation = call.operation
    request = _check_presence(call)
    if request is None:
        return None
    content = _unwrap(call, request)
    validator = body_validator(operation.id, call.version)
    call.body = validator.taken(content) if isinstance(content, dict) else {}
    for violation in validator.violations(content):
        if violation.late and violation.enforced:
            call.late.append(violation)
        elif violation.enforced:
            raise errors.of_status(violation.status, violation.message, violation.because(operation.id))
        _note(call, violation.message, violation)
    _check_fault(call)
    return None


def _check_presence(call: Call) -> Body | None:
    """The body that the call takes. Manila's controllers take one exactly where they expect one: 400."""
    # Where a later microversion made a GET of an action, the operation has both forms.
    request = None if call.route.bodiless or call.route.method == "GET" else call.operation.request
    if call.has_body != (request is not None):
        problem = "The call takes no body." if request is None else "The call wants a JSON body, and there is none."
        raise errors.BadRequest(UNDECODABLE, because=WrongContent(problem, call.operation.id, sent=call.has_body))
    return request


def _check_fault(call: Call) -> None:
    """A fault that metadata ask for has to be a preset."""
    for metadata in (call.body.get("metadata"), call.body):
        warning = call.world.faults.complaint(metadata)
        if warning is not None:
            _note(call, warning)


def _validate_query(call: Call) -> None:
    """Keeps the parameters that the contract knows; what real Manila ignores is noted."""
    operation, http = call.operation, call.http
    known = query_parameters(operation.id, call.version)
    for name, value in http.query.items():
        if name not in known:
            _note(call, f"query parameter {name} is unknown to {operation.id} at {call.version}", query=name)
            continue
        call.query[name] = value
        message = f"Invalid input for query parameter {name}: {value[:MAX_ECHO]!r}."
        if operation.query_enforced:
            if name in http.repeated and not known[name].get("x-multiple"):
                twice = f"Invalid input for query parameter {name}: it is given more than once."
                raise errors.BadRequest(twice, because=_wrong_query(call, name, twice))
            if not query_value_fits(known[name], value):
                raise errors.BadRequest(message, because=_wrong_query(call, name, message))
        elif not query_value_fits(known[name], value):
            _note(call, message, query=name)


def _wrong_query(call: Call, name: str, message: str) -> WrongContent:
    schema = query_parameters(call.operation.id, call.version).get(name)
    return WrongContent(message, call.operation.id, "query", name, kept(call.http.query[name]), schema=schema)


def _unwrap(call: Call, request: Body) -> Any:
    """The object inside the envelope; without one the code that the operation's controller has for that."""
    doc = call.envelope
    if call.route.action is not None:
        content = doc[call.route.action]
        return {} if content is None and not request.refuses_nulls else content
    if request.envelope is None:
        return doc
    stumbles = call.version < request.object_since
    unreadable = (isinstance(doc, int | float) and doc) or (isinstance(doc, str) and request.envelope in doc)
    if unreadable or (not isinstance(doc, dict) and stumbles):
        because = WrongContent("The body is not a JSON object.", call.operation.id, "envelope", value=kept(doc))
        raise errors.BadRequest(UNDECODABLE, because=because)
    if request.refuses_beside and isinstance(doc, dict):
        _refuse_beside(call, request.envelope, doc)
    names = [name for name in (request.envelope, *request.aliases) if isinstance(doc, dict) and name in doc]
    for name in names:
        if isinstance(doc[name], dict):
            return doc[name]
    message = f"Unable to process the contained instructions: an object is expected under {request.envelope!r}"
    sent = doc[names[0]] if names else ...
    if (request.takes_containers and isinstance(sent, str | list)) or (request.takes_null and sent is None):
        _note(call, message)
        return {}
    if request.malformed_late and names and (request.malformed_late is True or not sent):
        call.late.append(Violation("", message, status=request.malformed, value=sent))
        return {}
    name = names[0] if names else request.envelope
    value = kept(sent) if names else None
    because = WrongContent(message, call.operation.id, "envelope", name, value, sent=bool(names))
    malformed = 400 if stumbles else request.malformed
    raise errors.of_status(malformed if names else request.missing, message, because)


def _refuse_beside(call: Call, envelope: str, doc: dict[str, Any]) -> None:
    for name in doc:
        if name != envelope:
            message = f"Invalid input for {name}: only {envelope} may be in the body of this call."
            because = WrongContent(message, call.operation.id, "envelope", name, kept(doc[name]))
            raise errors.BadRequest(message, because=because)


def _note(call: Call, warning: str, violation: Violation | None = None, *, query: str | None = None) -> None:
    """Something that the contract doesn't cover and real Manila lets pass."""
    if call.world.settings.strict:
        because = WrongContent(warning, call.operation.id)
        if violation is not None:
            because = violation.because(call.operation.id)
        elif query is not None:
            because = _wrong_query(call, query, warning)
        raise errors.BadRequest(warning, because=because)
    if violation is not None and is_secret(violation.field):
        warning = f"Invalid input for {violation.field}"
    call.entry.contract_warnings += (warning,)
