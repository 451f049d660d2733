"""The way of a request, whole, read from top to bottom: what arrives, what answers, what leaves.

`LOOK`, `ARRIVE` and the ways to an answer, at the foot of this file, and `leave` are all of it. Flask calls `arrive`
before a view and `leave` after it; `answer` is what the views of a deployment's paths do. A step fills a slot of the
call, or ends its list by raising an error or returning a reply.

The order is real Manila's, measured: the token is checked first; a path that no route knows is refused before anyone
looks at the microversion; the action of an action body is looked up before its range of microversions is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Response

from .. import versions
from ..booleans import is_true
from ..contract.model import Body
from ..contract.render import renderer
from ..contract.validate import MAX_ECHO, Violation, body_validator, query_parameters, query_value_fits
from ..faults import subject_of_keystone, subject_of_manila
from ..http.reply import Reply, status_of
from ..keystone import IdentityRequest
from ..versions import Microversion
from ..world.clock import stopwatch
from ..world.journal import NOT_IMPLEMENTED, UNMATCHED, Message
from ..world.rows import Record
from . import errors, routes
from .common.registry import Answer, Page
from .context import Call, Service
from .resources import HANDLERS, view_of
from .resources import versions as documents

if TYPE_CHECKING:
    from .context import HttpRequest

Step = Callable[[Call], "Reply | None"]

_READS = ("GET", "HEAD", "OPTIONS")
_LISTS = (".list", ".detail")

_JSON = "application/json"
UNDECODABLE = "The server could not comply with the request since it is either malformed or otherwise incorrect."


# What it is about. These steps change nothing.


def preflight(call: Call) -> Reply | None:
    """OPTIONS is answered by the CORS middleware, before anything else looks."""
    return Reply(200, untyped=True) if call.http.method == "OPTIONS" else None


def measure(call: Call) -> Reply | None:
    """413 for a body over the limit of what stands in front of Manila."""
    return errors.too_large(call.http.headers.get("Accept")) if call.http.too_large else None


def identify(call: Call) -> Reply | None:
    """401 without a valid token, also for ``/v2/`` itself."""
    caller = call.world.identity.credentials(call.http.headers.get("X-Auth-Token"))
    if caller is None or not call.world.identity.admits(caller, call.http.method, call.http.path):
        return errors.unauthorized(f"{call.http.base_url}/identity")
    # Who is an administrator is a policy rule too, and an operator may have changed it.
    is_admin = call.world.policy.is_admin(caller)
    call.caller_or_none = caller if caller.is_admin == is_admin else replace(caller, is_admin=is_admin)
    call.entry.project_id, call.entry.project_name = caller.project_id, caller.project_name
    call.entry.user_id, call.entry.user_name = caller.user_id, caller.user_name
    return None


def route(call: Call) -> Reply | None:
    """Manila's HTML 404 for a path or method that no route knows."""
    http = call.http
    if call.target.endpoint is None and not routes.is_resource_route(http.method, http.path):
        call.entry.mark = UNMATCHED
        return errors.not_routed(http.headers.get("Accept"), http.method)
    call.routed = True
    return None


def negotiate(call: Call) -> Reply | None:
    """The microversion asked for: 400 for nonsense and ``latest``, 406 out of range."""
    plan = call.plan
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
    lowest, highest = call.world.settings.min_microversion, call.newest_microversion
    if not lowest <= version <= highest:
        raise errors.NotAcceptable(
            f"Version {version} is not supported by the API. Minimum is {lowest} and maximum is {highest}."
        )
    experimental = call.http.headers.get(versions.EXPERIMENTAL_HEADER, "")
    call.experimental = is_true(experimental)
    return None


def read_body(call: Call) -> Reply | None:
    """The JSON of a body. One without a JSON content type is as good as none, as Manila has it."""
    if call.http.undecodable:
        raise errors.BadRequest("The URL contains characters that could not be decoded.")
    if not call.http.body or not is_json(call.http):
        return None
    try:
        call.envelope = json.loads(call.http.body)
        if b"\\ud" in call.http.body.lower():  # half a pair of surrogates is not text; real Manila fails to store it
            json.dumps(call.envelope, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise errors.MalformedBody from None
    call.has_body = True
    return None


def is_json(http: HttpRequest) -> bool:
    return http.headers.get("Content-Type", "").partition(";")[0].strip().lower() == _JSON


def find_operation(call: Call) -> Reply | None:
    """The operation of this route at this microversion: 400 for an unknown action, 404 outside its range."""
    candidates = call.target.candidates
    if any(route.action is not None for route, _ in candidates):
        action = _action(call)
        candidates = [entry for entry in candidates if entry[0].action == action]
        if not candidates:
            raise errors.BadRequest(f"There is no such action: {action}")
    for candidate, operation in candidates:
        if call.version in candidate.versions and (call.experimental or not candidate.experimental):
            call.route, call.operation_or_none = candidate, operation
            call.entry.operation = operation.id
            call.args = routes.parameters(candidate, call.target.values)
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


def read_any_body(call: Call) -> None:
    """The JSON of a body, whatever kind it says that it is. What can't be read, Keystone refuses later."""
    if call.http.body:
        try:
            call.envelope = json.loads(call.http.body)
            call.has_body = True
        except (ValueError, RecursionError):
            pass


def note_keystone_call(call: Call) -> None:
    """Which call of Keystone's it is. What is wrong with its path, Keystone says itself, after other things."""
    if call.target.keystone is None:
        call.entry.mark = UNMATCHED
    else:
        call.entry.operation = call.target.keystone.operation


def find_page(call: Call) -> Reply | None:
    """The 404 for a path that is nobody's."""
    if call.target.endpoint is not None:
        return None
    call.entry.mark = UNMATCHED
    return errors.not_routed(call.http.headers.get("Accept"), call.http.method)


# What arrives


def settle(call: Call) -> None:
    """Runs what has come due, each transition at its own time."""
    call.world.settle()


def look(call: Call) -> None:
    """Finds out what the request is about. A refusal waits, since a fault may have something else in mind."""
    call.forget()
    try:
        for step in LOOK[call.target.service]:
            call.refusal = step(call)
            if call.refusal is not None:
                return
    except errors.ManilaError as error:
        call.refusal = error


def choose_faults(call: Call) -> None:
    """What faults do to this request, decided once: rules that are added later don't touch it."""
    world, entry = call.world, call.entry
    if world.faults.idle(call.http.body):
        return
    see = subject_of_manila if call.target.service == "manila" else subject_of_keystone
    subject = call.subject = see(call)
    plan, rules = world.faults.pick(subject)
    call.plan = plan
    entry.faults = [rule.label for rule in rules]
    # Who asked for what is noted also where a fault answers before anyone looks.
    entry.operation = subject.operation
    entry.project_id, entry.project_name = subject.project
    entry.user_id, entry.user_name = subject.user
    entry.version = None if subject.version is None else str(subject.version)
    if plan.revoke:
        world.identity.revoke(call.http.headers.get("X-Auth-Token", ""))
    if plan.changes_arrival:  # who asks, and at which microversion, is another question now
        look(call)


def arrive(call: Call) -> Reply | None:
    """Before the view: a reply, or an error that is raised, is the answer.

    What a rule delays waits without the lock.
    """
    with call.world.lock:
        for step in ARRIVE:
            step(call)
    if call.plan is not None:
        call.world.stopping.wait(call.plan.before.total_seconds())
        if call.plan.instead is not None:
            assert call.subject is not None
            return call.plan.instead(call.subject)
    if isinstance(call.refusal, errors.ManilaError):
        raise call.refusal
    return call.refusal


# What answers


def answer(call: Call, steps: Sequence[Step]) -> Reply:
    """What a view of a deployment does: walks a list of steps, the last of which always replies."""
    world = call.present
    with world.lock:
        if call.plan is not None:
            if call.plan.before:
                world.settle()  # it has waited
            if world.faults.remembers:
                world.remember()
            if call.plan.stale is not None and (call.entry.operation or "").endswith(_LISTS):
                call.world = world.as_it_was(call.plan.stale)
        for step in steps:
            reply = step(call)
            if reply is not None:
                return reply
    raise AssertionError("the last step always replies")


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
        warning = call.world.faults.complaint(metadata)
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
        content = doc[call.route.action]
        return {} if content is None and not request.refuses_nulls else content
    if request.envelope is None:
        return doc
    unreadable = (isinstance(doc, int | float) and doc) or (isinstance(doc, str) and request.envelope in doc)
    if unreadable or (not isinstance(doc, dict) and call.version < request.object_since):
        raise errors.BadRequest(UNDECODABLE)
    names = [name for name in (request.envelope, *request.aliases) if isinstance(doc, dict) and name in doc]
    for name in names:
        if isinstance(doc[name], dict):
            return doc[name]
    message = f"Unable to process the contained instructions: an object is expected under {request.envelope!r}"
    sent = doc[names[0]] if names else ...
    if (request.takes_containers and isinstance(sent, str | list)) or (request.takes_null and sent is None):
        _note(call, message)
        return {}
    if request.malformed_late and not sent:
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
    if call.http.method == "GET" and len(call.present.scheduler):
        # A delay may be counted in reads: the last of them shows the end.
        call.present.read(*(str(record.get("id")) for record in _records(answer)))
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


def _records(answer: Answer) -> Sequence[Record]:
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


def ask_keystone(call: Call) -> Reply:
    """One call of the identity API."""
    http = call.http
    request = IdentityRequest(
        method=http.method,
        path=http.path.removeprefix(routes.IDENTITY) or "/",
        query=http.query,
        query_string=http.query_string,
        headers=http.headers,
        body=call.envelope,
        raw_body_ok=call.has_body or not http.body,
        has_body=bool(http.body),
        base_url=http.base_url,
    )
    reply = call.world.identity.handle(call.target.keystone, request)
    if http.method == "OPTIONS" and reply.status != 200:
        return Reply(200, untyped=True)  # by the CORS middleware, where Keystone itself has no answer
    return reply


def show_root(call: Call) -> Reply:
    """The version document, as it is without an API."""
    if call.http.body and is_json(call.http):
        raise errors.BadRequest(UNDECODABLE)
    return Reply(300, documents.document(call))


def show_health(call: Call) -> Reply:
    if "json" in call.http.headers.get("Accept", ""):
        return Reply(200, {"detailed": False, "reasons": ["OK"]})
    return Reply(200, b"OK", {"Content-Type": "text/plain; charset=UTF-8"})


def lead_to_v2(call: Call) -> Reply:
    """The path of the API without the slash at its end."""
    refused = identify(call)
    if refused is not None:
        return refused
    headers = {"Location": f"{call.http.base_url}/v2/", "Content-Type": "text/plain; charset=utf8"}
    return Reply(302, b"", headers)


# What leaves


def finish_headers(call: Call, response: Response) -> None:
    """The headers of an answer: the API proper names the microversion, the router in front of it doesn't."""
    preflight = call.http.method == "OPTIONS" and "Allow" not in response.headers
    if preflight or call.target.endpoint == "manila.healthcheck":
        return
    headers = response.headers
    headers.add("x-openstack-request-id", call.entry.id)
    if call.routed:
        headers.add("x-compute-request-id", call.entry.id)
        if call.asked_version is not None:
            headers.add(versions.HEADER, str(call.asked_version))
            headers.add("Vary", versions.HEADER)
            if call.experimental:
                headers.add(versions.EXPERIMENTAL_HEADER, "True")


def disturb(call: Call, response: Response) -> Reply | None:
    """What faults make of an answer; None where they leave it alone."""
    plan, subject = call.plan, call.subject
    if plan is None or subject is None or not (plan.edits or plan.then):
        return None
    reply = Reply.of(response)
    for edit in plan.edits:
        edit(subject, reply)
    return reply if plan.then is None else plan.then(subject, reply)


def close_journal(call: Call, response: Response) -> None:
    """Notes how it went, where people and rules look for it."""
    world, entry = call.present, call.entry
    status = entry.status = status_of(response)
    entry.duration = (world.now() - call.arrived).total_seconds()
    entry.request = Message(dict(call.http.headers.items()), call.http.body)
    entry.response = Message(dict(iter(response.headers)), b"" if call.http.method == "HEAD" else response.get_data())
    if call.plan is not None:
        world.faults.forget(entry.id)  # what was brought for a resource that never came to be
    world.metrics.observe(entry.operation, status, stopwatch() - call.began, entry.faults)
    world.journal.add(entry)
    # Rules count what they match, and a transition may wait for reads.
    if call.http.method not in _READS or len(world.faults) or len(world.scheduler):
        world.changed()


def leave(call: Call, response: Response) -> Response:
    """After everything else: the headers that every answer has, what faults make of it, and the journal."""
    if call.plan is None or call.plan.instead is None:
        finish_headers(call, response)
    with call.present.lock:
        reply = disturb(call, response)
        if reply is not None:
            response = reply.response()
        close_journal(call, response)
    if call.plan is not None and call.plan.after:
        call.present.stopping.wait(call.plan.after.total_seconds())
        call.entry.duration = (call.present.now() - call.arrived).total_seconds()
    call.present.log.write(call.present.name, call.entry)  # without the lock: a log may be slow
    return response


# The way

LOOK: Mapping[Service, tuple[Step, ...]] = {
    "manila": (preflight, measure, identify, route, negotiate, read_body, find_operation),
    "keystone": (measure, note_keystone_call, read_any_body),
    "front": (preflight, measure, find_page, read_any_body),
}
ARRIVE: tuple[Callable[[Call], None], ...] = (settle, look, choose_faults)

MANILA: tuple[Step, ...] = (find_handler, authorize, validate, handle)
KEYSTONE: tuple[Step, ...] = (ask_keystone,)
ROOT: tuple[Step, ...] = (show_root,)
HEALTHCHECK: tuple[Step, ...] = (show_health,)
V2: tuple[Step, ...] = (lead_to_v2,)
