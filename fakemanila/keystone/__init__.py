"""Keystone v3: tokens, catalog, projects, users and roles, without any HTTP.

`Identity` is one world's service. It is asked with `Identity.handle`; `routes` lists all calls.
"""

from __future__ import annotations

from .call import IdentityRequest
from .credentials import Credentials
from .service import Identity, Match
from .state import Record

__all__ = ["Credentials", "Identity", "IdentityRequest", "Match", "Record"]
