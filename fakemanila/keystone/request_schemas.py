"""What request bodies may look like. Each is compiled when the first one comes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..contract.documents import Fits, compile_schema

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator


Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
TEXT: Schema = {"type": ["string", "null"]}
BOOLEAN: Schema = {"type": "boolean"}
STRINGS: Schema = {"type": "array", "items": STRING}


def name(longest: int = 255) -> Schema:
    """A name: not empty and not only blanks."""
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"}


def obj(properties: Schema, *required: str, **rest: Any) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), **rest}


class Compiled:
    """A schema whose validator is made when something is wrong: to import jsonschema takes longer than to log in."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    @cached_property
    def _fits(self) -> Fits:
        return compile_schema(self._schema)

    @cached_property
    def _validator(self) -> Validator:
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self._schema)

    def covers(self, body: dict[str, Any]) -> bool:
        """Whether nothing in an object is anything that the schema speaks of, so that it need not be compiled."""
        return self._schema.get("additionalProperties", True) is not False and body.keys().isdisjoint(
            self._schema["properties"]
        )

    def iter_errors(self, body: Any) -> Iterator[ValidationError]:
        """Everything that is wrong with a body."""
        return iter(()) if self._fits(body) else iter(self._validator.iter_errors(body))

    def is_valid(self, body: Any) -> bool:
        return self._fits(body) or self._validator.is_valid(body)


def wrapped(key: str, schema: Schema, **rest: Any) -> Compiled:
    """For a body that is one object under one key."""
    return Compiled(obj({key: schema}, key, **rest))


_IN_DOMAIN = {"id": STRING, "name": STRING}
_NAMED = {"anyOf": [{"required": ["id"]}, {"required": ["name"]}]}
_DOMAIN = obj(_IN_DOMAIN, **_NAMED)

_AUTH = obj(
    {
        "identity": obj(
            {
                "methods": STRINGS,
                "password": obj({"user": obj({**_IN_DOMAIN, "password": STRING, "domain": _DOMAIN}, **_NAMED)}),
                "token": obj({"id": STRING}, "id"),
                "application_credential": obj(
                    {**_IN_DOMAIN, "secret": STRING, "user": obj({**_IN_DOMAIN, "domain": obj(_IN_DOMAIN)})}
                ),
            },
            "methods",
        ),
        "scope": {
            "type": ["object", "string"],
            "properties": {
                "project": obj({**_IN_DOMAIN, "domain": _DOMAIN}, **_NAMED),
                "domain": _DOMAIN,
                "OS-TRUST:trust": obj({"id": STRING}),
                "system": obj({"all": {"enum": [True, False, None]}}),
            },
        },
    },
    "identity",
)

AUTH = wrapped("auth", _AUTH)

MOST_TAGS = 80

_FLAG = {"type": ["boolean", "null"]}
_OPTIONS = {"options": obj({"immutable": _FLAG}, additionalProperties=False)}
_USER_FLAGS = (
    "ignore_change_password_upon_first_use",
    "ignore_password_expiry",
    "ignore_lockout_failure_attempts",
    "ignore_user_inactivity",
    "lock_password",
    "multi_factor_auth_enabled",
)
_USER_OPTIONS = obj(
    {**dict.fromkeys(_USER_FLAGS, _FLAG), "multi_factor_auth_rules": {"type": ["array", "null"]}},
    additionalProperties=False,
)
_ABOUT = {"description": TEXT}
_ENABLED = {"enabled": BOOLEAN}
_ID = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-zA-Z0-9-]+$"}
_TAG = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^,/]*$"}
_TAGS = {"type": "array", "items": _TAG, "maxItems": MOST_TAGS, "uniqueItems": True}

# What create and update have in common, by member key, with what create wants above that. Unknown fields are kept and
# shown, as Keystone does.

FIELDS: dict[str, Schema] = {
    "project": {
        "name": name(64),
        "domain_id": {"anyOf": [_ID, {"type": "null"}]},
        "parent_id": {"anyOf": [_ID, {"type": "null"}]},
        "is_domain": BOOLEAN,
        "tags": _TAGS,
        **_ABOUT,
        **_ENABLED,
        **_OPTIONS,
    },
    "domain": {"name": name(64), "tags": _TAGS, **_ABOUT, **_ENABLED, **_OPTIONS},
    "user": {
        "name": name(),
        "domain_id": _ID,
        "default_project_id": TEXT,
        "password": TEXT,
        **_ABOUT,
        **_ENABLED,
        "options": _USER_OPTIONS,
    },
    "group": {"name": name(), "domain_id": _ID, **_ABOUT},
    "role": {"name": name(), "domain_id": TEXT, **_ABOUT, **_OPTIONS},
    "service": {"name": {"type": "string", "maxLength": 255}, "type": name(), **_ABOUT, **_ENABLED},
    "endpoint": {
        "interface": {"enum": ["admin", "internal", "public"]},
        "region_id": TEXT,
        "region": TEXT,
        "service_id": STRING,
        "url": {"type": "string", "maxLength": 225, "pattern": "^[a-zA-Z0-9+.-]+:.+"},
        **_ABOUT,
        **_ENABLED,
    },
    "region": {"id": {"type": ["string", "null"], "maxLength": 255}, "parent_region_id": TEXT, **_ABOUT},
}

REQUIRED: dict[str, tuple[str, ...]] = {
    "service": ("type",),
    "endpoint": ("interface", "service_id", "url"),
    "region": (),
}
"""What create can't do without; ``name`` where nothing is said."""


def creating(member: str) -> Compiled:
    """For the body of a POST of that kind."""
    inner = obj(FIELDS[member], *REQUIRED.get(member, ("name",)))
    # Keystone sees only after the policy that a project is missing altogether.
    envelope = () if member == "project" else (member,)
    return Compiled(obj({member: inner}, *envelope, additionalProperties=False))


def updating(member: str) -> Compiled:
    """For the body of a PATCH of that kind: anything but, other than for projects, nothing."""
    if member == "project":
        return Compiled(obj({member: obj(FIELDS[member])}, additionalProperties=False))
    return Compiled(obj({member: obj(FIELDS[member], minProperties=1)}, member, additionalProperties=False))


_YES_OR_NO = {
    "enum": ["True", "TRUE", "true", "False", "FALSE", "false", "", *"10yYnN", "on", "ON", "off", "OFF", "yes", "no"]
}
_UUID = {"type": "string", "pattern": "^[0-9a-fA-F]{32}$|^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}

QUERIES = {
    "project": Compiled(
        obj({"domain_id": _ID, "enabled": _YES_OR_NO, "name": name(64), "parent_id": _UUID, "is_domain": _YES_OR_NO})
    ),
    "domain": Compiled(obj({"enabled": _YES_OR_NO, "name": name(64)})),
    "user": Compiled(obj({"domain_id": _ID, "enabled": _YES_OR_NO, "name": name()})),
    "group": Compiled(obj({"domain_id": _ID, "name": name()})),
    "role": Compiled(obj({"domain_id": _ID, "name": name()})),
    "endpoint": Compiled(obj({"interface": {"enum": ["admin", "internal", "public"]}})),
    "region": Compiled(obj({"parent_region_id": name()}, additionalProperties=False)),
    "role_assignment": Compiled(
        obj(dict.fromkeys(("group.id", "role.id", "scope.domain.id", "scope.project.id"), _ID))
    ),
}
"""What lists look at in their queries before anything else."""

PASSWORD = wrapped(
    "user",
    obj({"original_password": STRING, "password": STRING}, "original_password", "password", additionalProperties=False),
)

TAGS = Compiled(obj({"tags": _TAGS}, "tags"))
TAG = Compiled(_TAG)

_ACCESS_RULE = obj(
    {
        "id": _ID,
        "service": _ID,
        # Keystone's schema allows more, but its table doesn't.
        "path": {"type": "string", "maxLength": 128, "pattern": "^/"},
        "method": {"enum": ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]},
    },
    additionalProperties=False,
)

_ROLES = {
    "type": "array",
    "items": obj({"id": _ID, "name": name()}, minProperties=1, maxProperties=1, additionalProperties=False),
}

APPLICATION_CREDENTIAL = wrapped(
    "application_credential",
    obj(
        {
            "name": name(),
            "secret": TEXT,
            "description": TEXT,
            "expires_at": TEXT,
            "unrestricted": {"type": ["boolean", "null"]},
            "roles": _ROLES,
            "access_rules": {"type": "array", "items": _ACCESS_RULE},
            "id": STRING,
            "project_id": STRING,
            "system": TEXT,
        },
        "name",
        additionalProperties=False,
    ),
    additionalProperties=False,
)

_CREDENTIAL = {"blob": STRING, "type": STRING, "user_id": STRING, "project_id": TEXT}
CREDENTIAL = wrapped("credential", obj({"id": STRING, **_CREDENTIAL}, "blob", "type", "user_id"))
CREDENTIAL_CHANGES = wrapped("credential", obj(_CREDENTIAL, minProperties=1))

TRUST = wrapped(
    "trust",
    obj(
        {
            "trustor_user_id": STRING,
            "trustee_user_id": STRING,
            "impersonation": BOOLEAN,
            "project_id": TEXT,
            "remaining_uses": {"type": ["integer", "null"], "minimum": 1},
            "expires_at": TEXT,
            "allow_redelegation": _FLAG,
            "redelegation_count": {"type": ["integer", "null"], "minimum": 0},
            "redelegated_trust_id": TEXT,
            "roles": _ROLES,
        },
        "trustor_user_id",
        "trustee_user_id",
        "impersonation",
    ),
    additionalProperties=False,
)
