"""What was asked as a HAR 1.2 archive, which browsers, proxies and many other programs read.

Secrets are masked, as the journal has them. Fields of our own begin with an underscore, as the format wants it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http.client import responses
from typing import Any

from ... import __version__
from ...world.journal import Entry, Message
from .curl import target

Json = dict[str, Any]


def archive(entries: Iterable[Entry], base_url: str) -> Json:
    """``{"log": …}``; times are those of the world's clock, the milliseconds too."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "fakemanila", "version": __version__},
            "entries": [_entry(entry, base_url) for entry in entries],
        }
    }


def _entry(entry: Entry, base_url: str) -> Json:
    milliseconds = round(entry.duration * 1000, 3)
    return {
        "startedDateTime": f"{entry.time}Z",
        "time": milliseconds,
        "request": _request(entry, base_url),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": " ".join(entry.explain()),
        "_id": entry.id,
        "_operation": entry.operation,
        "_refusal": entry.refusal_to_json(),
    }


def _request(entry: Entry, base_url: str) -> Json:
    message = entry.request.to_json()
    doc = {
        "method": entry.method,
        "url": f"{base_url}{target(entry)}",
        **_both(message["headers"], entry.request),
        "queryString": _pairs(entry.query),
    }
    text = _text(message["body"])
    if text is not None:
        doc["postData"] = {"mimeType": _type(entry.request), "params": [], "text": text}
    return doc


def _response(entry: Entry) -> Json:
    message = entry.response.to_json()
    text = _text(message["body"])
    content: Json = {"size": len((text or "").encode()), "mimeType": _type(entry.response)}
    if text is not None:
        content["text"] = text
    if "dropped" in message:
        content["comment"] = "The body was dropped to save memory."
    return {
        "status": entry.status or 0,
        "statusText": responses.get(entry.status or 0, ""),
        **_both(message["headers"], entry.response),
        "content": content,
        "redirectURL": entry.response.header("location") or "",
    }


def _both(headers: Mapping[str, str], message: Message) -> Json:
    """What requests and answers have alike; how long the headers were on the wire, nobody knows."""
    return {
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "headersSize": -1,
        "bodySize": -1 if message.body is None else len(message.body),
    }


def _pairs(values: Mapping[str, str]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _text(body: Any) -> str | None:
    return body if body is None or isinstance(body, str) else json.dumps(body)


def _type(message: Message) -> str:
    return message.header("content-type") or ""
