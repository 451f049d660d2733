"""Application credentials: a user's roles on one project, under a name and secret of their own."""

from __future__ import annotations

import base64
from datetime import timezone

from ..http.reply import Reply
from ..world import collation
from ..world.clock import format_time
from . import rbac, request_schemas, tokens
from .collection import page, passes, passes_in_database, passes_in_memory
from .credentials import Credentials
from .identity_errors import Conflict, Forbidden, Invalid, NotFound
from .identity_request import Call
from .tables import Record, State, read_moment

_RULE = ("service", "path", "method")
_KEPT = ("id", "name", "description", "user_id", "project_id", "expires_at", "unrestricted")


def _shown(call: Call, record: Record) -> Record:
    roles = [call.state.roles[i] for i in record["role_ids"]]
    return {
        **{key: record[key] for key in _KEPT},
        "system": record.get("system"),
        "roles": [{key: role[key] for key in ("id", "name", "domain_id", "description", "options")} for role in roles],
        "links": {"self": call.link(f"application_credentials/{record['id']}")},
        **({"access_rules": record["access_rules"]} if "access_rules" in record else {}),
    }


def _forbid_restricted(call: Call) -> None:
    """A token got with a restricted credential can't be used to make or see others."""
    identifier = call.token.application_credential_id if call.token else None
    if identifier and not call.state.application_credentials[identifier]["unrestricted"]:
        raise Forbidden("A restricted application credential can't manage application credentials.")


def _forbid_trusted(call: Call) -> None:
    """A token got with a trust can't be used for credentials, which would outlive it, or their access rules."""
    if call.token is not None and call.token.trust_id is not None:
        raise Forbidden("A trust can't be used to manage application credentials.")


def _find(call: Call, rule: rbac.Rule) -> Record:
    record = call.state.application_credentials.get(call.args["application_credential_id"])
    # The owner is who made it, whatever the path says.
    call.require(rule, user_id=record["user_id"] if record else call.args["user_id"])
    _forbid_trusted(call)
    if record is None:
        raise NotFound.of("application credential", call.args["application_credential_id"])
    return record


def list_credentials(call: Call) -> Reply:
    """200 with a user's own, filtered by ``name``."""
    # The policy compares what the path says, not whom it means.
    call.require(rbac.READ_OWN, user_id=call.path_args["user_id"])
    _forbid_trusted(call)
    records = call.state.application_credentials.values()
    own = [record for record in records if record["user_id"] == call.args["user_id"]]
    shown, more = page(call, [record for record in own if passes(call, record, ("name",), passes_in_database)])
    return call.listing("application_credentials", [_shown(call, record) for record in shown], truncated=more)


def show_credential(call: Call) -> Reply:
    """200, without the secret."""
    return Reply(200, {"application_credential": _shown(call, _find(call, rbac.READ_OWN))})


def create_credential(call: Call) -> Reply:
    """201, and the only time that the secret is shown. Only for oneself.

    It is for the token's project. One made with an unscoped token is for none, and no use.

    400 for a role that the caller doesn't have there, 409 for a name the user has used already.
    """
    given: Record = call.document(request_schemas.APPLICATION_CREDENTIAL)["application_credential"]
    caller = call.require(rbac.owner, user_id=call.path_args["user_id"])
    _forbid_trusted(call)
    _forbid_restricted(call)
    for other in call.state.application_credentials.values():
        if other["user_id"] == caller.user_id and collation.equal(other["name"], given["name"]):
            raise Conflict(f"There is an application credential with the name {given['name']} already.")
    secret = given.get("secret") or base64.urlsafe_b64encode(call.seeded.randbytes(64)).decode().rstrip("=")
    record: Record = {
        "id": call.seeded.hex_id(),
        "user_id": caller.user_id,
        "project_id": caller.project_id,
        "name": given["name"],
        "description": given.get("description"),
        "expires_at": _expiry(call, given.get("expires_at")),
        "unrestricted": given.get("unrestricted"),
        "secret": secret,
        "role_ids": _roles(call, given.get("roles")),
    }
    if given.get("system") is not None:
        record["system"] = given["system"]
    if given.get("access_rules"):
        record["access_rules"] = _access_rules(call, caller, given["access_rules"])
    keep(call.state, record)
    return Reply(201, {"application_credential": {**_shown(call, record), "secret": secret}})


def keep(state: State, record: Record) -> None:
    """Keeps a new credential, and those of its access rules that are new for its user."""
    for rule in record.get("access_rules", ()):
        state.access_rules.setdefault(rule["id"], {**rule, "user_id": record["user_id"]})
    state.application_credentials[record["id"]] = record


def _access_rules(call: Call, caller: Credentials, wanted: list[Record]) -> list[Record]:
    """The user's rules that are meant, with new ones. Raises Conflict where one is meant twice."""
    rules: dict[str, Record] = {}
    for each in wanted:
        rule = _access_rule(call, caller, each, rules)
        if rule["id"] in rules:
            raise Conflict("An access rule is there twice.")
        rules[rule["id"]] = rule
    return list(rules.values())


def _access_rule(call: Call, caller: Credentials, wanted: Record, made: dict[str, Record]) -> Record:
    """The rule with the id given, or the user's rule that says the same (`made` just now, too), or a new one."""
    if "id" in wanted:
        rule = call.state.find("access_rules", wanted["id"])
        if rule is not None and rule["user_id"] != caller.user_id:
            raise NotFound.of("access rule", wanted["id"])
        if rule is not None:
            return _rule_fields(rule)
    for key in _RULE:
        if key not in wanted:
            raise Invalid(f"An access rule needs a {key}.")
    own = [rule for rule in call.state.access_rules.values() if rule["user_id"] == caller.user_id]
    for rule in (*own, *made.values()):
        if all(collation.equal(rule[key], wanted[key]) for key in _RULE):
            return _rule_fields(rule)
    return {"id": wanted.get("id") or call.seeded.hex_id(), **{key: wanted[key] for key in _RULE}}


def _rule_fields(rule: Record) -> Record:
    return {key: rule[key] for key in ("id", *_RULE)}


def _rule_shown(call: Call, rule: Record) -> Record:
    return {**_rule_fields(rule), "links": {"self": call.link(f"access_rules/{rule['id']}")}}


def _find_rule(call: Call, policy_rule: rbac.Rule) -> Record:
    call.require(policy_rule, user_id=call.args["user_id"])
    _forbid_trusted(call)
    rule = call.state.access_rules.get(call.args["access_rule_id"])
    if rule is None or rule["user_id"] != call.args["user_id"]:
        raise NotFound.of("access rule", call.args["access_rule_id"])
    return rule


def list_access_rules(call: Call) -> Reply:
    """The rules that a user's application credentials have brought along."""
    call.require(rbac.SYSTEM_READ_OR_OWN, user_id=call.args["user_id"])
    _forbid_trusted(call)
    rules = [
        rule
        for rule in call.state.access_rules.values()
        if rule["user_id"] == call.args["user_id"] and passes(call, rule, _RULE, passes_in_memory)
    ]
    # Keystone cuts this list off without a word.
    return call.listing("access_rules", [_rule_shown(call, rule) for rule in page(call, rules)[0]])


def show_access_rule(call: Call) -> Reply:
    return Reply(200, {"access_rule": _rule_shown(call, _find_rule(call, rbac.SYSTEM_READ_OR_OWN))})


def delete_access_rule(call: Call) -> Reply:
    """204; 403 while an application credential has it."""
    rule = _find_rule(call, rbac.SYSTEM_WRITE_OR_OWN)
    for credential in call.state.application_credentials.values():
        if any(used["id"] == rule["id"] for used in credential.get("access_rules", ())):
            raise Forbidden("An application credential uses it.")
    del call.state.access_rules[rule["id"]]
    return Reply(204)


def _expiry(call: Call, text: str | None) -> str | None:
    """The moment as Keystone keeps it, without a zone. Raises Invalid for one that is none, or past."""
    if text is None:
        return None
    try:
        moment = read_moment(text.strip())
        if moment.tzinfo is not None:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Invalid("expires_at is not a valid time.") from None
    if moment <= call.now:
        raise Invalid("expires_at is in the past.")
    return format_time(moment)


def _roles(call: Call, wanted: list[Record] | None) -> list[str]:
    """The ids of the roles asked for, or of all that the caller has. Raises Invalid for any other."""
    # Those of the token, which may have been got with an application credential that has fewer than its user.
    own = [role["id"] for role in tokens.roles(call.state, call.token)] if call.token else []
    if not wanted:
        return own
    found = []
    for one in wanted:
        identifier = one.get("id")
        if identifier is None:
            role = call.state.named("roles", one["name"])
            if role is None:
                raise NotFound.of("role", one["name"])
            identifier = role["id"]
        if identifier not in own:
            raise Invalid(f"The user has no role {one.get('name', identifier)} in the project.")
        found.append(identifier)
    return call.state.implied_by(found)


def delete_credential(call: Call) -> Reply:
    """204. Its tokens go with it."""
    record = _find(call, rbac.ADMIN_OR_OWNER)
    _forbid_restricted(call)
    del call.state.application_credentials[record["id"]]
    for token in list(call.state.tokens.values()):
        if token.application_credential_id == record["id"]:
            call.state.end_token(token.id)
    return Reply(204)
