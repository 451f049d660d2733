"""Whose address stands in an answer: clients are to come back here with whatever link they follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..manila.routes import IDENTITY

_VERSION = re.compile(r"/(?:v2(?:/[^/]*)?|v1(?:/[^/]*)?|v3)/?$")
_TEXTS = ("application/json", "text/")


def base_of(url: str) -> str:
    """The address of a service without its version: ``http://cloud/share`` of ``http://cloud/share/v2/PROJECT``."""
    return _VERSION.sub("", url.rstrip("/")).rstrip("/")


class Addresses:
    """The real addresses of Manila and Keystone, and in their place those of this server."""

    def __init__(self, manila: Iterable[str], identity: Iterable[str]) -> None:
        """`manila` and `identity` are URLs of endpoints, of every interface."""
        self._paths: Mapping[str, str] = {
            **{base_of(url): IDENTITY for url in identity},
            **{base_of(url): "" for url in manila},
        }
        longest_first = sorted(self._paths, key=len, reverse=True)
        self._real = re.compile(rf"({'|'.join(map(re.escape, longest_first))})(?![\w.:-])")

    def here(self, text: str, url: str) -> str:
        """The text with this server's `url` for each real address, which may be written with ``\\/`` as JSON can."""
        return self._real.sub(lambda found: url + self._paths[found[1]], text)

    def body(self, body: bytes, content_type: str, url: str) -> bytes:
        """The same for a body, if it is a text."""
        if not content_type.startswith(_TEXTS):
            return body
        try:
            return self.here(body.decode(), url).encode()
        except UnicodeDecodeError:
            return body
