"""Credentials that Keystone keeps for users, such as secrets of one-time passwords. Nobody logs in with them here."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from . import rbac, request_schemas
from .collection import Collection
from .identity_errors import Conflict, Invalid
from .identity_request import Call
from .tables import Record

_EC2 = "ec2"
_SCOPE = ("trust_id", "app_cred_id", "access_token_id", "access_id")
"""What of a blob says where it is good for; it stays as it was."""


class Credentials(Collection):
    name = "credentials"
    member = "credential"
    filters: ClassVar[tuple[str, ...]] = ("user_id", "type")
    strips_names = False
    reads = rbac.READ_OWN
    # Everybody gets a list: of what they may see.
    lists = rbac.anyone
    writes = rbac.ADMIN_OR_OWNER

    def __init__(self) -> None:
        self._creating = request_schemas.CREDENTIAL
        self._updating = request_schemas.CREDENTIAL_CHANGES

    def target(self, record: Record) -> Record:
        return {"user_id": record.get("user_id")}

    def listed(self, call: Call, record: Record) -> bool:
        allowed = call.caller is not None and self.reads.allows(call.caller, self.target(record))
        return allowed and super().listed(call, record)

    def prepare(self, call: Call, record: Record) -> Record:
        given = {"project_id": None, **record}
        if not _is_ec2(record):
            return {**given, "id": call.seeded.hex_id()}
        if "project_id" not in record:
            raise Invalid("A credential for EC2 needs a project_id.")
        blob = _blob(record)
        scope = {
            "trust_id": call.token.trust_id if call.token else None,
            "app_cred_id": call.token.application_credential_id if call.token else None,
        }
        blob.update({name: value for name, value in scope.items() if value is not None})
        id = hashlib.sha256(blob["access"].encode()).hexdigest()
        return {**given, "id": id, "blob": json.dumps(blob)}

    def check(self, call: Call, record: Record) -> None:
        # Whoever gives one away must be allowed to have done so.
        call.require(self.writes, **self.target(record))
        before = call.state.credentials.get(record["id"])
        if before is not None and _is_ec2(before):
            old, new = _blob(before), _blob(record)
            for name in _SCOPE:
                if old.get(name) != new.get(name):
                    raise Invalid(f"{name} of a credential can't be changed.")

    def assert_unique(self, call: Call, record: Record) -> None:
        """Ids of EC2's follow from their access key; others are always new."""
        before = call.state.credentials.get(record["id"])
        if before is not None and call.request.method == "POST":
            raise Conflict(f"There is a credential {record['id']} already.")


def _is_ec2(record: Record) -> bool:
    return str(record["type"]).lower() == _EC2


def _blob(record: Record) -> dict[str, Any]:
    """What is in the text of an EC2 credential. Raises Invalid."""
    try:
        blob = json.loads(record["blob"])
    except ValueError:
        blob = None
    if not isinstance(blob, dict) or not isinstance(blob.get("access"), str):
        raise Invalid("The blob of a credential for EC2 has to be a JSON object with an access key.")
    return blob


CREDENTIALS = Credentials()
