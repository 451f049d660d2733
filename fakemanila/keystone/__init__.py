"""Keystone v3: tokens, catalog, projects, users and roles, without any HTTP.

`Identity` is one world's service. It is asked with `Identity.handle`; `identity_calls` lists all calls.
"""

from __future__ import annotations

from .credentials import Credentials
from .identity_request import IdentityRequest
from .service import SERVICE_HEADER, Identity, Match
from .tables import Record

__all__ = ["SERVICE_HEADER", "Credentials", "Identity", "IdentityRequest", "Match", "Record"]
