"""The part of a request's way that is a neighbour's own: which call it is, who may, what is in its body, the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..contract.documents import DocumentError
from ..http.reply import Reply
from ..manila.errors import ManilaError
from ..manila.routes import parameters
from ..reasons.contents import WrongContent
from ..reasons.denied import Denied
from ..reasons.routing import NotServed
from ..world.journal import NOT_IMPLEMENTED
from .served import NEIGHBOURS
from .service import Body, Operation, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..keystone.credentials import Credentials
    from ..manila.context import Call


class _Rules:
    """Who may ask for a call, as reasons of refusals ask it."""

    def allows(self, rule: str, creds: Credentials, target: object = None) -> bool:
        return creds.is_admin or rule in creds.roles

    def is_admin(self, creds: Credentials) -> bool:
        return "admin" in creds.roles

    def spelled_out(self, rule: str) -> Mapping[str, str]:
        return {}

    def takes_scope(self, rule: str, scope: str) -> bool:
        return False


_RULES = _Rules()


def _operation(call: Call) -> Operation:
    assert call.target.operation is not None, "read before it was found"
    return call.target.operation


def needs_token(call: Call) -> bool:
    """Whether the call is for users only; what isn't known is."""
    return call.target.operation is None or call.target.operation.who != "nobody"


def find(call: Call) -> Reply | None:
    """501 for everything that isn't in the table of calls, with its name."""
    operation, http = call.target.operation, call.http
    if operation is None:
        call.entry.mark = NOT_IMPLEMENTED
        message = f"{http.method} {http.path} is not implemented by this release of fakemanila."
        because = NotServed(f"{http.method} {http.path}")
        raise Refused(call.target.service, 501, message, because=because)
    if operation.action is not None:
        operation = _action(call, operation)
        call.target = call.target._replace(operation=operation)
    call.entry.operation = operation.id
    call.args = parameters(operation.path, call.target.values)
    return None


def _action(call: Call, first: Operation) -> Operation:
    """The call that the body's only key names, of those with one path."""
    document = call.envelope
    if not isinstance(document, dict) or len(document) != 1:
        wrong = WrongContent("The body is not an object with one key, that of the action.", first.id, "json")
        raise Refused(call.target.service, 400, "Malformed request body", because=wrong)
    actions = NEIGHBOURS[call.target.service].actions[first.method, first.path]
    name = next(iter(document))
    if name not in actions:
        call.entry.mark = NOT_IMPLEMENTED
        message = f"{call.http.method} {call.http.path} {name} is not implemented by this release of fakemanila."
        because = NotServed(f"{call.http.method} {call.http.path} {name}")
        raise Refused(call.target.service, 501, message, because=because)
    return actions[name]


def negotiate(call: Call) -> Reply | None:
    """The microversion asked for, of a service that has them."""
    negotiate = NEIGHBOURS[call.target.service].negotiate
    if negotiate is not None:
        call.answer_headers.update(negotiate(call))
    return None


def authorize(call: Call) -> Reply | None:
    """403 for what only administrators, or only members of a project, may."""
    operation = _operation(call)
    if operation.who in ("admin", "member") and not (call.is_admin or operation.who in call.caller.roles):
        because = Denied(operation.id, _RULES, call.caller, check=operation.who)
        raise Refused(call.target.service, 403, f"{operation.id} is disallowed by policy", because=because)
    return None


def validate(call: Call) -> Reply | None:
    """400 for a body that the call doesn't take."""
    operation = _operation(call)
    if operation.body is None:
        return None
    if not call.has_body:
        problem = "is not JSON" if call.http.body else "is missing"
        because = WrongContent(f"The body {problem}.", operation.id, "json", sent=bool(call.http.body))
        raise Refused(call.target.service, 400, f"The request body {problem}.", because=because)
    try:
        call.body = operation.body.read(call.envelope)
    except DocumentError as error:
        raise Refused(call.target.service, 400, str(error), because=_wrong(operation, operation.body, error)) from None
    return None


def _wrong(operation: Operation, body: Body, error: DocumentError) -> WrongContent:
    path = error.path if body.envelope is None else error.path[1:]
    field = ".".join(str(step) for step in path)
    schema = body.fields.get(str(path[0])) if path else None
    return WrongContent(str(error), operation.id, "body", field, schema=schema)


def handle(call: Call) -> Reply:
    """What the call's handler makes of it."""
    operation = _operation(call)
    try:
        answer = operation.handler(call)
    except ManilaError as error:  # by the store, for a text that no database takes
        raise Refused(call.target.service, error.status, error.message, because=error.because) from None
    if isinstance(answer, Reply):
        answer.headers.update(call.answer_headers)
        return answer
    if call.http.method == "GET" and len(call.present.scheduler):
        call.present.read(*(str(record["id"]) for record in _records(answer)))
    elif call.http.method == "POST" and len(records := _records(answer)) == 1:
        call.world.faults.created(call.entry.id, records[0])
    return Reply(operation.success, answer, dict(call.answer_headers), untyped=answer is None)


def _records(answer: Any) -> list[dict[str, Any]]:
    """The records that an answer shows, under whichever key."""
    if not isinstance(answer, dict):
        return []
    found = [each for value in answer.values() for each in (value if isinstance(value, list) else [value])]
    return [each for each in found if isinstance(each, dict) and "id" in each]
