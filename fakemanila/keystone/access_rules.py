"""What an application credential's access rules let through, as the token middleware of each service decides it.

A credential that has rules is good for what they say and nothing else. Everything that they don't allow is refused like
a request with a wrong token: 401.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from urllib.parse import quote

from .tables import Record

SHARES = frozenset({"sharev2", "shared-file-system"})
"""Manila's types of service. A deployment's middleware is told one of them, and rules have to name that one; which it
is can't be known here."""
IDENTITY = frozenset({"identity"})

_PART = re.compile(r"(?P<step>\{[^}]*\}|\*(?!\*))|(?P<rest>\*\*)|(?P<literal>[^{}*])", re.DOTALL)
_UNQUOTED = "/~!$&'()*+,;=:@"


def allow(rules: Iterable[Record], services: Collection[str], method: str, path: str) -> bool:
    """Whether a rule for one of these types of service has exactly that method, and a pattern for that path.

    `path` is decoded, and without a query. A rule for GET is none for HEAD.
    """
    shown = quote(path, safe=_UNQUOTED)
    return any(
        rule["method"] == method and rule["service"] in services and _matches(rule["path"], shown) for rule in rules
    )


def _matches(pattern: str, path: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is not None and compiled.match(path) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """``*`` and ``{name}`` stand for one step of a path, ``**`` for any number of them.

    Everything else goes into a regular expression as it is, there and here: a dot stands for any character. What makes
    no expression (real services answer 500) matches nothing.
    """
    parts = (
        "[^/]+" if found["step"] else ".*" if found["rest"] else found["literal"] for found in _PART.finditer(pattern)
    )
    try:
        return re.compile(f"^{''.join(parts)}$")
    except re.error:
        return None
