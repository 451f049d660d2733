"""The way of a request, whole, read from top to bottom: what arrives, what answers, what leaves.

`LOOK`, `ARRIVE` and the ways to an answer, at the foot of this file, and `leave` are all of it. Flask calls `arrive`
before a view and `leave` after it; `answer` is what the views of a deployment's paths do. A step fills a slot of the
call, or ends its list by raising an error or returning a reply. What is checked of a body is in `request_checks.py`,
how an answer looks in `rendering.py`.

The order is real Manila's, measured: the token is checked first; a path that no route knows is refused before anyone
looks at the microversion; the action of an action body is looked up before its range of microversions is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from flask import Response

from .. import reasons, versions
from ..faults import subject_of_api, subject_of_keystone
from ..http.reply import Reply, body_of, status_of
from ..http.waits import wait
from ..keystone.identity_request import IdentityRequest
from ..keystone.service import SERVICE_HEADER
from ..neighbours import steps as neighbours
from ..neighbours.served import neighbour_at
from ..reasons.contents import WrongContent, kept
from ..text.booleans import is_true
from ..versions import Microversion
from ..world import telling
from ..world.clock import stopwatch
from ..world.journal import NOT_IMPLEMENTED, UNMATCHED, Message
from . import errors, refusals, routes
from .common.taking_away import take_away_named
from .context import Call, Service
from .pausing import hold_answer, hold_arrival
from .rendering import render
from .request_checks import UNDECODABLE, authorize, is_json, validate
from .resources import HANDLERS
from .resources import versions as documents

Step = Callable[[Call], "Reply | None"]

_READS = ("GET", "HEAD", "OPTIONS")
_LISTS = (".list", ".detail")


# What it is about. These steps change nothing.


def preflight(call: Call) -> Reply | None:
    """OPTIONS is answered by the CORS middleware, before anything else looks."""
    return Reply(200, untyped=True) if call.http.method == "OPTIONS" else None


def measure(call: Call) -> Reply | None:
    """413 for a body over the limit of what stands in front of Manila."""
    return errors.too_large(call.http.headers.get("Accept")) if call.http.too_large else None


def identify(call: Call) -> Reply | None:
    """401 without a valid token, also for ``/v2/`` itself; so is a request with a service's token that isn't one."""
    http, identity = call.http, call.world.identity
    token, service = http.headers.get("X-Auth-Token"), http.headers.get(SERVICE_HEADER)
    caller = identity.credentials(token, service=service)
    if caller is None or not identity.admits(caller, http.method, http.path, call.target.service):
        because = identity.why_refused(token, service, http.method, http.path)
        return errors.unauthorized(f"{call.http.base_url}/identity", because)
    # Who is an administrator is a policy rule too, and an operator may have changed it.
    is_admin = call.world.policy.is_admin(caller)
    call.caller_or_none = caller if caller.is_admin == is_admin else caller._replace(is_admin=is_admin)
    call.entry.project_id, call.entry.project_name = caller.project_id, caller.project_name
    call.entry.user_id, call.entry.user_name = caller.user_id, caller.user_name
    return None


def identify_at_neighbour(call: Call) -> Reply | None:
    """The same of a service beside Manila, whose version documents are for everybody."""
    return identify(call) if neighbours.needs_token(call) else None


def route(call: Call) -> Reply | None:
    """Manila's HTML 404 for a path or method that no route knows."""
    http = call.http
    if call.target.endpoint is None and not routes.is_resource_route(http.method, http.path):
        call.entry.mark = UNMATCHED
        return errors.not_routed(http.headers.get("Accept"), http.method, reasons.NoRoute(http.method, http.path))
    call.routed = True
    return None


def negotiate(call: Call) -> Reply | None:
    """The microversion asked for: 400 for nonsense and ``latest``, 406 out of range."""
    plan = call.plan
    asked = call.http.headers.get(versions.HEADER)
    lowest, highest = call.world.settings.min_microversion, call.newest_microversion
    if asked is None or (plan is not None and plan.ignore_microversion):
        version = versions.DEFAULT
    else:
        try:
            version = Microversion.parse(asked)
        except ValueError:
            message = f"API Version String '{asked}' is of invalid format. Must be of format MajorNum.MinorNum."
            because = reasons.WrongMicroversion("malformed", kept(asked), lowest, highest)
            raise errors.BadRequest(message, because=because) from None
    call.asked_version = version
    call.entry.version = str(version)
    if not lowest <= version <= highest:
        raise errors.NotAcceptable(
            f"Version {version} is not supported by the API. Minimum is {lowest} and maximum is {highest}.",
            because=reasons.WrongMicroversion("not_served", str(version), lowest, highest),
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


def find_operation(call: Call) -> Reply | None:
    """The operation of this route at this microversion: 400 for an unknown action, 404 outside its range."""
    candidates = call.target.candidates
    missing = None if candidates else routes.missing_action(call.http.method, call.http.path)
    if missing is not None:
        raise errors.BadRequest(
            f"There is no such action: {missing}", because=reasons.NoRoute(call.http.method, call.http.path)
        )
    if any(route.action is not None for route, _ in candidates):
        action = _action(call)
        candidates = [entry for entry in candidates if entry[0].action == action]
        if not candidates:
            because = reasons.NoAction(action and kept(action), call.target.candidates)
            raise errors.BadRequest(f"There is no such action: {action}", because=because)
    for candidate, operation in candidates:
        if call.version in candidate.versions and (call.experimental or not candidate.experimental):
            call.route, call.operation_or_none = candidate, operation
            call.entry.operation = operation.id
            call.args = routes.parameters(candidate.path, call.target.values)
            break
    else:
        raise errors.NotFound("The resource could not be found.", because=refusals.no_operation(call, candidates))
    if call.path_project_id is not None and call.path_project_id != call.caller.project_id:
        other = reasons.OtherProject(call.path_project_id, call.caller.project_id)
        raise errors.BadRequest("Malformed request url", because=other)
    return None


def _action(call: Call) -> str | None:
    """The key of an action body. It must be the body's only one; what isn't even a container means no action at all."""
    if not call.has_body:
        return None
    if isinstance(call.envelope, dict | list | str) and len(call.envelope) != 1:
        raise errors.MalformedBody
    if not isinstance(call.envelope, dict):
        because = reasons.NoAction(None, call.target.candidates)
        raise errors.NotFound("The resource could not be found.", because=because)
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
    neighbour = neighbour_at(call.http.path)
    because = reasons.NoRoute(call.http.method, call.http.path, None if neighbour is None else neighbour.type)
    return errors.not_routed(call.http.headers.get("Accept"), call.http.method, because)


# What arrives


def settle(call: Call) -> None:
    """Runs what has come due, each transition at its own time."""
    call.world.settle()


def look(call: Call) -> None:
    """Finds out what the request is about. A refusal waits, since a fault may have something else in mind."""
    call.forget()
    try:
        for step in LOOK.get(call.target.service, LOOK_AT_NEIGHBOUR):
            call.refusal = step(call)
            if call.refusal is not None:
                return
    except errors.Refusal as error:
        call.refusal = error


def choose_faults(call: Call) -> None:
    """What faults do to this request, decided once: rules that are added later don't touch it."""
    world, entry = call.world, call.entry
    world.forget_past()
    if world.faults.idle(call.http.body):
        return
    see = subject_of_keystone if call.target.service in ("keystone", "front") else subject_of_api
    subject = call.subject = see(call)
    plan, rules = world.faults.pick(subject)
    call.plan = plan
    entry.faults = tuple(rule.label for rule in rules)
    telling.fired(world, rules, entry)
    # Who asked for what is noted also where a fault answers before anyone looks.
    entry.operation = subject.operation
    entry.project_id, entry.project_name = subject.project
    entry.user_id, entry.user_name = subject.user
    entry.version = None if subject.version is None else str(subject.version)
    if plan.revoke:
        world.identity.revoke(call.http.headers.get("X-Auth-Token", ""))
    if plan.gone:
        take_away_named(world, subject)
    if plan.changes_arrival:  # who asks, and at which microversion, is another question now
        look(call)


def arrive(call: Call) -> Reply | None:
    """Before the view: a reply, or an error that is raised, is the answer.

    What a rule delays or holds waits without the lock. Of what was held nothing has been done, so that it is looked at
    as it is now.
    """
    with call.world.lock:
        for step in ARRIVE:
            step(call)
    call.present.hooks.run()
    if call.plan is not None:
        wait(call.world.stopping, call.plan.before.total_seconds())
        if call.plan.pauses:
            hold_arrival(call)
            with call.world.lock:
                settle(call)
                look(call)
            call.present.hooks.run()
        if call.plan.instead is not None:
            assert call.subject is not None
            return call.plan.instead(call.subject)
    if isinstance(call.refusal, errors.Refusal):
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
        try:
            for step in steps:
                reply = step(call)
                if reply is not None:
                    if reply.status >= 400:
                        call.refusal = reply
                    return reply
        except errors.Refusal as error:
            call.refusal = error
            raise
    raise AssertionError("the last step always replies")


def find_handler(call: Call) -> Reply | None:
    """501 for an operation that this release doesn't serve, before anything else can be wrong with the request."""
    id = call.operation.id
    if id not in HANDLERS:
        call.entry.mark = NOT_IMPLEMENTED
        message = f"{id} is not implemented by this release of fakemanila."
        raise errors.NotImplementedYet(message, because=reasons.NotServed(id))
    return None


def handle(call: Call) -> Reply:
    """The resource module's part, and the answer from what it returned."""
    answer = HANDLERS[call.operation.id](call)
    if isinstance(answer, dict):
        call.world.faults.created(call.entry.id, answer)
    return render(call, answer)


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
        raise errors.BadRequest(UNDECODABLE, because=WrongContent("The call takes no body."))
    return Reply(300, documents.all_versions(call))


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
    if call.world.settings.release.has_request_id or call.target.service not in ("manila", "front"):
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
    world, entry, now = call.present, call.entry, call.present.now()
    if call.outlived:
        return
    status = entry.status = status_of(response)
    entry.refusal = refusals.of_call(call, status)
    entry.duration = (now - call.arrived).total_seconds()
    entry.request = Message(dict(call.http.headers.items()), call.http.body)
    entry.response = Message(dict(iter(response.headers)), b"" if call.http.method == "HEAD" else body_of(response))
    if call.plan is not None:
        world.faults.forget(entry.id)  # what was brought for a resource that never came to be
    world.metrics.observe(entry.operation, status, stopwatch() - call.began, entry.faults)
    world.journal.add(entry)
    telling.answered(world, entry, now)
    # Rules count what they match, and a transition may wait for reads.
    if call.http.method not in _READS or len(world.faults) or len(world.scheduler):
        world.changed()


def leave(call: Call, response: Response) -> Response:
    """After everything else: the headers that every answer has, what faults make of it, and the journal."""
    if call.plan is None or call.plan.instead is None:
        finish_headers(call, response)
    reply = disturb(call, response)
    if reply is not None:
        response = reply.response()
    if call.plan is not None and call.plan.pauses:
        response = hold_answer(call, response)
    with call.present.lock:
        close_journal(call, response)
    call.present.hooks.run()
    if call.plan is not None and call.plan.after:
        wait(call.present.stopping, call.plan.after.total_seconds())
        call.entry.duration = (call.present.now() - call.arrived).total_seconds()
    call.present.log.write(call.present.name, call.entry)  # without the lock: a log may be slow
    if call.plan is not None:
        for held in call.plan.turns:
            call.present.held.done(held)
    return response


# The way

LOOK: Mapping[Service, tuple[Step, ...]] = {
    "manila": (preflight, measure, identify, route, negotiate, read_body, find_operation),
    "keystone": (measure, note_keystone_call, read_any_body),
    "front": (preflight, measure, find_page, read_any_body),
}
LOOK_AT_NEIGHBOUR: tuple[Step, ...] = (preflight, measure, identify_at_neighbour, read_any_body, neighbours.find)
ARRIVE: tuple[Callable[[Call], None], ...] = (settle, look, choose_faults)

MANILA: tuple[Step, ...] = (find_handler, authorize, validate, handle)
KEYSTONE: tuple[Step, ...] = (ask_keystone,)
NEIGHBOUR: tuple[Step, ...] = (neighbours.negotiate, neighbours.authorize, neighbours.validate, neighbours.handle)
ROOT: tuple[Step, ...] = (show_root,)
HEALTHCHECK: tuple[Step, ...] = (show_health,)
V2: tuple[Step, ...] = (lead_to_v2,)
