"""Holds the conversation of `exchanges` with a real Keystone and writes down what can be compared of its answers.

    python -m tests.keystone.record http://127.0.0.1:5000 30.0.0

It wants the users and projects that fakemanila starts with, and cleans up what it makes. A Keystone with a cache has to
have an empty one: it remembers what a name in another case meant, also when that has been deleted. What is written:
status codes, headers, keys, types and links, without ids, and the names that the conversation itself made up. No
sentences.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import requests

from .conversing import Exchange
from .exchanges import EXCHANGES
from .shapes import Plain, fill, found, pick

RECORDED = Path(__file__).parents[2] / "fixtures" / "recorded"


def converse(url: str, exchanges: Iterable[Exchange]) -> list[dict[str, Any] | None]:
    """The answers of the Keystone at an address, in order; None where it crashed and its server hung up."""
    known = {"year": str(random.randrange(2100, 8900))}
    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        return [_answer(session, url, exchange, known) for exchange in exchanges]


def _answer(session: requests.Session, url: str, exchange: Exchange, known: dict[str, str]) -> dict[str, Any] | None:
    headers: dict[str, str] = dict(exchange.get("headers", {}))
    if exchange["token"] is not None:
        headers["X-Auth-Token"] = known.get(exchange["token"], "garbage")
    if "subject" in exchange:
        headers["X-Subject-Token"] = known.get(exchange["subject"], "garbage")
    if "raw" in exchange:
        data: str | None = exchange["raw"]
    else:
        data = json.dumps(fill(exchange["body"], known)) if "body" in exchange else None
    if data is not None:
        headers.setdefault("Content-Type", "application/json")
    address = url + fill(exchange["path"], known)
    try:
        response = session.request(
            exchange["method"], address, headers=headers, data=data, timeout=30, allow_redirects=False
        )
    except requests.ConnectionError:
        return None
    is_json = response.headers.get("Content-Type") == "application/json" and response.content
    body = response.json() if is_json else None
    plain = Plain(url, known)
    answer = {"status": response.status_code, "headers": plain.headers(response.headers), "body": plain.shape(body)}
    if response.ok and body:
        answer["found"] = found(body)
    for name, source in exchange.get("save", {}).items() if response.ok else ():
        kind, _, key = source.partition(" ")
        known[name] = response.headers[key] if kind == "header" else pick(body, source) or "nothing"
    return answer


def main() -> None:
    url, release = sys.argv[1:]
    answers = converse(url.rstrip("/"), EXCHANGES)
    document = {
        "service": "keystone",
        "release": release,
        "date": datetime.now(timezone.utc).date().isoformat(),
        "exchanges": [{**exchange, "answer": answer} for exchange, answer in zip(EXCHANGES, answers, strict=True)],
    }
    path = RECORDED / f"keystone-{release}.json"
    path.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(exchange) for exchange in document["exchanges"])
    head = json.dumps({**document, "exchanges": []}, indent=1)
    path.write_text(head.replace("[]", f"[\n{lines}\n]") + "\n")


if __name__ == "__main__":
    main()
