"""What comes before the requests that somebody is there for: logins, and looks at which versions there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ..text.words import counted
from ..world.clock import read_time
from .evidence import Evidence
from .history import LOGIN, History, Request

_LOGOUT = "identity.tokens.delete"
_TOKEN, _ISSUED = "X-Auth-Token", "X-Subject-Token"


def token_for_each_request(history: History) -> Iterator[Evidence]:
    """Logins of somebody who had a token that was good, and did little with each."""
    limits = history.limits
    uses: Counter[str] = Counter()
    refused: set[str] = set()
    tokens: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    needless: dict[str, list[Request]] = defaultdict(list)
    for request in history.requests:
        entry = request.entry
        used = entry.request.header(_TOKEN)
        if used is not None and request.is_work:
            uses[used] += 1
            if request.status == 401:
                refused.add(used)
        if request.operation == _LOGOUT and request.succeeded:
            refused.add(entry.request.header(_ISSUED) or "")
        if request.operation == LOGIN and request.succeeded:
            user, expires = _login(request)
            token = entry.response.header(_ISSUED)
            if user is None or expires is None or token is None:
                continue
            # A client goes by the machine's clock, and may well think that a token of another time has expired.
            if any(until > request.time + history.facts.behind and each not in refused for each, until in tokens[user]):
                needless[user].append(request)
            tokens[user].append((token, expires))
    for user, logins in needless.items():
        asked = sum(uses[token] for token, _ in tokens[user])
        if len(logins) >= limits.logins and asked <= limits.requests_each * len(tokens[user]):
            summary = (
                f"{counted(len(tokens[user]), 'login')} for {counted(asked, 'request')}, {len(logins)} of them while an"
                " earlier token was good"
            )
            yield Evidence(summary, logins, LOGIN)


def _login(request: Request) -> tuple[str | None, datetime | None]:
    """Who has logged in where, as one text, and until when their token is good."""
    token: Any = request.got.get("token") if isinstance(request.got, dict) else None
    try:
        scope = [token.get("user", {}).get("id"), token.get("project", {}).get("id"), token.get("methods")]
        return str(scope), read_time(token["expires_at"], "expires_at")
    except (AttributeError, KeyError, TypeError, ValueError):
        return None, None


def discovery_for_each_request(history: History) -> Iterator[Evidence]:
    """Looks at the version documents, which change with an upgrade of the cloud and not before."""
    limits = history.limits
    asked: Counter[str | None] = Counter()
    looks: dict[str | None, list[Request]] = defaultdict(list)
    user: str | None = None
    for request in reversed(history.requests):
        user = request.entry.user_id or user  # who looks without a token is who asks next
        if request.is_discovery:
            looks[user].append(request)
        elif request.is_work:
            asked[user] += 1
    for who, found in looks.items():
        most = max(Counter(request.entry.path.rstrip("/") for request in found).values())
        if most >= limits.discoveries and asked[who] <= limits.requests_each * most:
            summary = f"{counted(len(found), 'look')} at version documents for {counted(asked[who], 'request')}"
            yield Evidence(summary, found[::-1])
