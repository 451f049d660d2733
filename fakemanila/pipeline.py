"""The way of a request, read from top to bottom.

`STEPS` is the whole of it. Each step fills a slot of the call, or ends it by raising an error or returning a reply.
The order is real Manila's, measured: the token is checked first; a path that no route knows is refused before anyone
looks at the microversion; the action of an action body is looked up before its range of microversions is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import errors, routing, versions
from .context import Call, HttpRequest
from .contract.model import Body
from .contract.render import renderer
from .contract.validate import MAX_ECHO, Violation, body_validator, query_parameters, query_value_fits
from .faults import complaint
from .journal import NOT_IMPLEMENTED, UNMATCHED, Entry
from .reply import Reply
from .resources import HANDLERS, view_of
from .resources.registry import Answer, Page
from .store import Record
from .versions import Microversion
from .world import World

Step = Callable[[Call], "Reply | None"]

_READS = ("GET", "HEAD", "OPTIONS")
_LISTS = (".list", ".detail")

LOGGER = logging.getLogger(__name__)

_JSON = "application/json"
UNDECODABLE = "The server could not comply with the request since it is either malformed or otherwise incorrect."
_CRASHED = "The server has either erred or is incapable of performing the requested operation."


def identify(call: Call) -> Reply | None:
    """401 without a valid token, also for ``/v2/`` itself."""
    caller = call.world.identity.credentials(call.http.headers.get("X-Auth-Token"))
    if caller is None:
        return errors.unauthorized(f"{call.http.base_url}/identity")
    # Who is an administrator is a policy rule too, and an operator may have changed it.
    is_admin = call.world.policy.is_admin(caller)
    call.caller_or_none = caller if caller.is_admin == is_admin else replace(caller, is_admin=is_admin)
    call.entry.project_id, call.entry.project_name = caller.project_id, caller.project_name
    call.entry.user_id, call.entry.user_name = caller.user_id, caller.user_name
    return None


def route(call: Call) -> Reply | None:
    """Manila's HTML 404 for a path or method that no route knows."""
    match = routing.match(call.http.method, call.http.path)
    if match is None:
        call.entry.mark = UNMATCHED
        return errors.not_routed(call.http.headers.get("Accept"), call.http.method)
    call.routed = True
    call.candidates, call.path_values, call.path_project_id = match
    return None


def negotiate(call: Call) -> Reply | None:
    """The microversion asked for: 400 for nonsense and ``latest``, 406 out of range."""
    plan = call.world.plan
    asked = call.http.headers.get(versions.HEADER)
    if asked is None or (plan is not None and plan.ignore_microversion):
        version = versions.DEFAULT
    else:
        try:
            version = Microversion.parse(asked)
        except ValueError:
            message = f"API Version String '{asked}' is of invalid format. Must be of format MajorNum.MinorNum."
            raise errors.BadRequest(message) from None
    call.asked_version = version
    call.entry.version = str(version)
    lowest, highest = call.world.settings.min_microversion, call.world.max_microversion
    if not lowest <= version <= highest:
        raise errors.NotAcceptable(
            f"Version {version} is not supported by the API. Minimum is {lowest} and maximum is {highest}."
        )
    experimental = call.http.headers.get(versions.EXPERIMENTAL_HEADER, "")
    call.experimental = experimental.strip().lower() in ("1", "t", "true", "on", "y", "yes")
    return None


def read_body(call: Call) -> Reply | None:
    """The JSON of a body. One without a JSON content type is as good as none, as Manila has it."""
    if call.http.undecodable:
        raise errors.BadRequest("The URL contains characters that could not be decoded.")
    if not call.http.body or not is_json(call.http):
        return None
    try:
        call.envelope = json.loads(call.http.body)
        if b"\\ud" in call.http.body.lower():  # half a pair of surrogates is no text; real Manila fails to store it
            json.dumps(call.envelope, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise errors.MalformedBody from None
    call.has_body = True
    return None


def is_json(http: HttpRequest) -> bool:
    return http.headers.get("Content-Type", "").partition(";")[0].strip().lower() == _JSON


def find_operation(call: Call) -> Reply | None:
    """The operation of this route at this microversion: 400 for an unknown action, 404 outside its range."""
    candidates = call.candidates
    if any(route.action is not None for route, _ in candidates):
        action = _action(call)
        candidates = [entry for entry in candidates if entry[0].action == action]
        if not candidates:
            raise errors.BadRequest(f"There is no such action: {action}")
    for candidate, operation in candidates:
        if call.version in candidate.versions and (call.experimental or not candidate.experimental):
            call.route, call.operation_or_none = candidate, operation
            call.entry.operation = operation.id
            call.args = routing.parameters(candidate, call.path_values)
            break
    else:
        raise errors.NotFound("The resource could not be found.")
    if call.path_project_id is not None and call.path_project_id != call.caller.project_id:
        raise errors.BadRequest("Malformed request url")
    return None


def _action(call: Call) -> str | None:
    """The key of an action body. It must be the body's only one; what isn't even a container means no action at all."""
    if not call.has_body:
        return None
    if isinstance(call.envelope, dict | list | str) and len(call.envelope) != 1:
        raise errors.MalformedBody
    if not isinstance(call.envelope, dict):
        raise errors.NotFound("The resource could not be found.")
    return str(next(iter(call.envelope)))


def find_handler(call: Call) -> Reply | None:
    """501 for an operation that this release doesn't serve, before anything else can be wrong with the request."""
    id = call.operation.id
    if id not in HANDLERS:
        call.entry.mark = NOT_IMPLEMENTED
        raise errors.NotImplementedYet(f"{id} is not implemented by this release of fakemanila.")
    return None


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
            raise errors.of_status(violation.status, violation.message)
        _note(call, violation.message)
    _check_fault(call)
    return None


def _check_presence(call: Call) -> Body | None:
    """The body that the call takes. Manila's controllers take one exactly where they expect one: 400."""
    # Where a later microversion made a GET of an action, the operation has both forms.
    request = None if call.route.bodiless or call.route.method == "GET" else call.operation.request
    if call.has_body != (request is not None):
        raise errors.BadRequest(UNDECODABLE)
    return request


def _check_fault(call: Call) -> None:
    """A fault that metadata ask for has to be a preset."""
    for metadata in (call.body.get("metadata"), call.body):
        warning = complaint(metadata)
        if warning is not None:
            _note(call, warning)


def _validate_query(call: Call) -> None:
    """Keeps the parameters that the contract knows; what real Manila ignores is noted."""
    operation, http = call.operation, call.http
    known = query_parameters(operation.id, call.version)
    for name, value in http.query.items():
        if name not in known:
            _note(call, f"query parameter {name} is unknown to {operation.id} at {call.version}")
            continue
        call.query[name] = value
        message = f"Invalid input for query parameter {name}: {value[:MAX_ECHO]!r}."
        if operation.query_enforced:
            if name in http.repeated and not known[name].get("x-multiple"):
                raise errors.BadRequest(f"Invalid input for query parameter {name}: it is given more than once.")
            if not query_value_fits(known[name], value):
                raise errors.BadRequest(message)
        elif not query_value_fits(known[name], value):
            _note(call, message)


def _unwrap(call: Call, request: Body) -> Any:
    """The object inside the envelope; without one the code that the operation's controller has for that."""
    doc = call.envelope
    if call.route.action is not None:
        return {} if doc[call.route.action] is None else doc[call.route.action]
    if request.envelope is None:
        return doc
    if isinstance(doc, int | float) and doc:
        raise errors.BadRequest(UNDECODABLE)
    names = [name for name in (request.envelope, *request.aliases) if isinstance(doc, dict) and name in doc]
    for name in names:
        if isinstance(doc[name], dict):
            return doc[name]
    message = f"Unable to process the contained instructions: an object is expected under {request.envelope!r}"
    if names and request.malformed_late:
        call.late.append(Violation("", message, status=request.malformed))
        return {}
    raise errors.of_status(request.malformed if names else request.missing, message)


def _note(call: Call, warning: str) -> None:
    """Something that the contract doesn't cover and real Manila lets pass."""
    if call.world.settings.strict:
        raise errors.BadRequest(warning)
    call.entry.contract_warnings.append(warning)


def handle(call: Call) -> Reply:
    """The resource module's part, and the answer from what it returned."""
    answer = HANDLERS[call.operation.id](call)
    if isinstance(answer, dict):
        call.world.faults.created(call.entry.id, answer)
    return render(call, answer)


def render(call: Call, answer: Answer) -> Reply:
    """A record, or a page of them, as the contract shows it to this caller at this microversion."""
    status = call.operation.success[0]
    if isinstance(answer, Reply):
        return answer
    response = call.operation.response
    if answer is None or response is None:
        return Reply(status)
    if call.http.method == "GET" and len(call.world.scheduler):
        # A delay may be counted in reads: the last of them shows the end.
        call.world.read(*(str(record.get("id")) for record in _records(answer)))
    show = renderer(call.operation.id, call.version, call.is_admin)
    view = view_of(call.operation)
    if not isinstance(answer, Page):
        shown: Any = show(view(call, answer))
        return Reply(status, _wrap(shown, response.envelope, response.aliases))
    shown = [show(view(call, record)) for record in answer.records]
    body = _wrap(shown, response.envelope, response.aliases)
    if answer.count is not None:
        body["count"] = answer.count
    if response.links is not None and (last := _full_page(call, answer)) is not None:
        body[response.links] = call.next_link(_collection(call), last)
    return Reply(status, body)


def _records(answer: Answer) -> list[Record]:
    return answer.records if isinstance(answer, Page) else [answer] if isinstance(answer, dict) else []


def _wrap(shown: Any, envelope: str | None, aliases: tuple[str, ...]) -> Any:
    return shown if envelope is None else dict.fromkeys((*aliases, envelope), shown)


def _full_page(call: Call, page: Page) -> str | None:
    """The last id of a page that is as long as its limit: there may be another one after it."""
    limit = call.query.get("limit")
    if limit and page.records and int(limit) == len(page.records):
        return str(page.records[-1]["id"])
    return None


def _collection(call: Call) -> str:
    return call.route.path.split("/")[1]


STEPS: tuple[Step, ...] = (
    identify,
    route,
    negotiate,
    read_body,
    find_operation,
    find_handler,
    authorize,
    validate,
    handle,
)


ARRIVAL = STEPS[: STEPS.index(find_handler)]
"""The steps that find out what a request is about, and change nothing."""


def manila(world: World, http: HttpRequest, entry: Entry) -> Reply:
    """One call of the API, step by step."""
    call = Call(http, world, entry)
    try:
        reply = _walk(call)
    except errors.ManilaError as error:
        reply = error.reply()
    _finish_headers(call, reply)
    return reply


def _walk(call: Call) -> Reply:
    for step in STEPS:
        reply = step(call)
        if reply is not None:
            return reply
    raise AssertionError("the last step always replies")


def _finish_headers(call: Call, reply: Reply) -> None:
    """The headers of an answer: the API proper names the microversion, the router in front of it doesn't."""
    reply.headers["x-openstack-request-id"] = call.entry.id
    if call.routed:
        reply.headers["x-compute-request-id"] = call.entry.id
        if call.asked_version is not None:
            reply.headers[versions.HEADER] = str(call.asked_version)
            reply.headers["Vary"] = versions.HEADER
            if call.experimental:
                reply.headers[versions.EXPERIMENTAL_HEADER] = "True"
