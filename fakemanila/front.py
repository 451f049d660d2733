"""What stands around the API: the journal, time, faults, and which part of a deployment a request is for."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from datetime import datetime
from time import perf_counter

from . import errors
from .clock import format_time
from .context import Call, HttpRequest
from .faults import Subject, sight
from .identity import IdentityRequest
from .journal import UNMATCHED, Entry, Message
from .pipeline import ARRIVAL, UNDECODABLE, is_json, manila
from .reply import Reply
from .resources import versions as documents
from .world import World

LOGGER = logging.getLogger(__name__)

_READS = ("GET", "HEAD", "OPTIONS")
_LISTS = (".list", ".detail")
_CRASHED = "The server has either erred or is incapable of performing the requested operation."


def run(world: World, http: HttpRequest) -> Reply:
    """Answers one request to a world, and logs it."""
    reply, entry = _answer(world, http)
    world.log.write(world.name, entry)  # without the lock: a log may be slow
    return reply


def _answer(world: World, http: HttpRequest) -> tuple[Reply, Entry]:
    """Opens the journal, settles what is due, hands the request on, closes the journal.

    Where faults may have a say, they are asked once, at the start; what waits, waits without the world's lock.
    """
    began = perf_counter()
    with world.lock:
        arrived = world.now()
        entry = Entry(f"req-{world.seeded.uuid()}", format_time(arrived), http.method, http.path, http.query)
        if world.faults.idle(http.body):
            reply = _carry_out(world, http, entry)
            _close(world, http, entry, reply, began, arrived)
            return reply, entry
        world.settle()
        subject = _see(world, http, entry.id)
        plan, rules = world.faults.pick(subject)
        entry.faults = [rule.label for rule in rules]
        _note_caller(entry, subject)
        if plan.revoke:
            world.identity.revoke(http.headers.get("X-Auth-Token", ""))
    world.stopping.wait(plan.before.total_seconds())
    with world.lock:
        world.plan = plan
        if world.faults.remembers:
            world.remember()
        try:
            reply = plan.answer(subject, lambda: _carry_out(world, http, entry))
        finally:
            world.plan = None
            world.faults.forget(entry.id)  # what was brought for a resource that never came to be
        _close(world, http, entry, reply, began, arrived)
    if plan.after:
        world.stopping.wait(plan.after.total_seconds())
        entry.duration = (world.now() - arrived).total_seconds()
    return reply, entry


def _see(world: World, http: HttpRequest, request_id: str) -> Subject:
    """What rules look at: the request as far as it would get."""
    if not http.path.startswith("/v2/"):
        match = world.identity.match(http.method, http.path.removeprefix("/identity") or "/")
        known = match is not None and http.path.startswith("/identity")
        return sight.of_keystone(world, http, match.operation if known and match else None, request_id)
    call = Call(http, world, Entry(request_id, "", http.method, http.path))
    with suppress(errors.ManilaError):
        for step in ARRIVAL:
            if step(call) is not None:
                break
    return sight.of_manila(call, request_id)


def _note_caller(entry: Entry, subject: Subject) -> None:
    """Who asked for what, also where a fault answers before anyone looks."""
    entry.operation = subject.operation
    entry.project_id, entry.project_name = subject.project
    entry.user_id, entry.user_name = subject.user
    entry.version = None if subject.version is None else str(subject.version)


def _carry_out(world: World, http: HttpRequest, entry: Entry) -> Reply:
    present = world.store
    world.entry = entry
    try:
        world.settle()
        if world.plan is not None and world.plan.stale is not None and (entry.operation or "").endswith(_LISTS):
            world.store = world.as_it_was(world.plan.stale)
        return _dispatch(world, http, entry)
    except Exception:  # a bug of ours; what a client sees of one of Manila's
        world.log.exception(LOGGER, "%s %s (%s)", http.method, http.path, entry.id)
        reply = errors.envelope(500, _CRASHED)
        reply.headers["x-openstack-request-id"] = entry.id
        return reply
    finally:
        world.store, world.entry = present, None


def _close(world: World, http: HttpRequest, entry: Entry, reply: Reply, began: float, arrived: datetime) -> None:
    entry.status = reply.status
    entry.duration = (world.now() - arrived).total_seconds()
    entry.request = Message(http.headers, http.body)
    entry.response = Message(reply.headers, reply.payload())
    world.metrics.observe(entry.operation, reply.status, perf_counter() - began, entry.faults)
    world.journal.add(entry)
    # Rules count what they match, and a transition may wait for reads.
    if http.method not in _READS or len(world.faults) or len(world.scheduler):
        world.changed()


def _dispatch(world: World, http: HttpRequest, entry: Entry) -> Reply:
    """The parts of a deployment by path: what stands in front of the API, the API itself, Keystone."""
    if http.method == "OPTIONS":  # answered by the CORS middleware, before anything else looks
        return Reply(200)
    if http.too_large:
        reply = errors.too_large(http.headers.get("Accept"))
        reply.headers["x-openstack-request-id"] = entry.id
        return reply
    if http.path.startswith("/v2/"):
        return manila(world, http, entry)
    if http.path == "/identity" or http.path.startswith("/identity/"):
        return keystone(world, http, entry)
    if http.path == "/":
        reply = Reply(300, documents.document(world, http.base_url))
        if http.body and is_json(http):
            reply = errors.BadRequest(UNDECODABLE).reply()
    elif http.path == "/v2" and world.identity.credentials(http.headers.get("X-Auth-Token")) is None:
        reply = errors.unauthorized(f"{http.base_url}/identity")
    elif http.path == "/v2":
        headers = {"Location": f"{http.base_url}/v2/", "Content-Type": "text/plain; charset=utf8"}
        reply = Reply(302, b"", headers)
    elif http.path in ("/healthcheck", "/healthcheck/"):
        if "json" in http.headers.get("Accept", ""):
            return Reply(200, {"detailed": False, "reasons": ["OK"]})
        return Reply(200, b"OK", {"Content-Type": "text/plain; charset=UTF-8"})
    else:
        entry.mark = UNMATCHED
        reply = errors.not_routed(http.headers.get("Accept"), http.method)
    reply.headers["x-openstack-request-id"] = entry.id
    return reply


def keystone(world: World, http: HttpRequest, entry: Entry) -> Reply:
    """One call of the identity API."""
    match = world.identity.match(http.method, http.path.removeprefix("/identity") or "/")
    if match is None:
        entry.mark = UNMATCHED
        return world.identity.not_found()
    entry.operation = match.operation
    try:
        body, readable = (json.loads(http.body) if http.body else None), True
    except (ValueError, RecursionError):
        body, readable = None, False
    request = IdentityRequest(
        method=http.method,
        path=http.path,
        query=http.query,
        headers=http.headers,
        body=body,
        raw_body_ok=readable,
        base_url=http.base_url,
    )
    return world.identity.handle(match, request)
