"""Holds the conversation of `exchanges` with a real Keystone and writes down the shape of its answers.

    python -m tests.identity.record http://127.0.0.1:5000 30.0.0

It wants the users and projects that fakemanila starts with, and cleans up what it makes. What is written: status codes,
names of headers, keys and types. No ids, no sentences.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import requests

from .exchanges import EXCHANGES
from .shapes import fill, pick, shape

RECORDED = Path(__file__).parents[2] / "fixtures" / "recorded"


def record(url: str) -> list[dict[str, Any]]:
    known: dict[str, str] = {}
    recorded = []
    for exchange in EXCHANGES:
        headers = {}
        if exchange["token"] is not None:
            headers["X-Auth-Token"] = known.get(exchange["token"], "garbage")
        if "subject" in exchange:
            headers["X-Subject-Token"] = known.get(exchange["subject"], "garbage")
        if "raw" in exchange:
            data: str | None = exchange["raw"]
        else:
            data = json.dumps(fill(exchange["body"], known)) if "body" in exchange else None
        if data is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = requests.request(
                exchange["method"],
                url + fill(exchange["path"], known),
                headers=headers,
                data=data,
                timeout=30,
                allow_redirects=False,
            )
        except requests.ConnectionError:
            # Keystone crashes, and its server hangs up.
            recorded.append({**exchange, "answer": None})
            continue
        is_json = response.headers.get("Content-Type") == "application/json" and response.content
        body = response.json() if is_json else None
        for name, source in exchange.get("save", {}).items():
            kind, _, key = source.partition(" ")
            known[name] = response.headers[key] if kind == "header" else pick(body, source)
        answer = {"status": response.status_code, "headers": sorted(response.headers), "body": shape(body)}
        recorded.append({**exchange, "answer": answer})
    return recorded


def main() -> None:
    url, release = sys.argv[1:]
    document = {
        "service": "keystone",
        "release": release,
        "date": datetime.now(timezone.utc).date().isoformat(),
        "exchanges": record(url.rstrip("/")),
    }
    path = RECORDED / f"keystone-{release}.json"
    path.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(exchange) for exchange in document["exchanges"])
    head = json.dumps({**document, "exchanges": []}, indent=1)
    path.write_text(head.replace("[]", f"[\n{lines}\n]") + "\n")


if __name__ == "__main__":
    main()
