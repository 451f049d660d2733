"""States that older releases dumped, as this one has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Records = Mapping[str, list[dict[str, Any]]]


def from_1(doc: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document of version 1 as version 2 has it.

    An access rule had a ``status``; an instance had of its own only what its share didn't show, and the snapshots on
    it were in the instance of a share that was migrating. There were no trusts. What is wrong with a document is not
    looked at here.
    """
    try:
        identity = doc["identity"]
        tokens = [{**token, "trust_id": None} for token in identity["tokens"]]
        return {
            **doc,
            "version": 2,
            "records": _records(doc["records"]),
            "identity": {**identity, "trusts": [], "tokens": tokens},
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        return doc  # it is misshapen, which its schema is about to say


def completed(doc: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document of this version with what it has got since its first release: credentials."""
    identity = doc.get("identity")
    return {**doc, "identity": {"credentials": [], **identity}} if isinstance(identity, Mapping) else doc


def _records(records: Records) -> dict[str, Any]:
    shares = {share["id"]: share for share in records.get("shares", ())}
    return {
        **records,
        **{
            kind: [_renamed(rule) for rule in records[kind]]
            for kind in ("share_access_rules", "snapshot_access_rules")
            if kind in records
        },
        "shares": [_without(share, "has_replicas") for share in records.get("shares", ())],
        "share_instances": [_instance(one, shares) for one in records.get("share_instances", ())],
        "snapshot_instances": list(_snapshot_instances(records, shares)),
    }


def _renamed(rule: dict[str, Any]) -> dict[str, Any]:
    return {"state" if key == "status" else key: value for key, value in rule.items()}


def _without(record: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != name}


_OF_SHARE = (
    "status",
    "host",
    "availability_zone",
    "share_type_id",
    "share_network_id",
    "share_server_id",
    "progress",
    "updated_at",
)


def _instance(record: dict[str, Any], shares: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    share = shares.get(record["share_id"], {})
    # What was changed of a share's only instance, its share never showed.
    own = {} if share.get("instance_id") == record["id"] else record
    shown = {name: own.get(name, share[name]) for name in _OF_SHARE if name in own or name in share}
    return {**_without(record, "snapshot_instances"), **shown}


def _snapshot_instances(records: Records, shares: Mapping[str, dict[str, Any]]) -> Any:
    for snapshot in records.get("snapshots", ()):
        share = shares.get(snapshot["share_id"])
        yield {
            "id": snapshot["instance_id"],
            "snapshot_id": snapshot["id"],
            "share_instance_id": share["instance_id"] if share else None,
            "status": snapshot["status"],
            "progress": "100%" if snapshot["provider_location"] else "",
            "provider_location": snapshot["provider_location"],
            "created_at": snapshot["created_at"],
            "updated_at": snapshot["updated_at"],
        }
    for instance in records.get("share_instances", ()):
        for snapshot_id, id in instance.get("snapshot_instances", {}).items():
            yield {
                "id": id,
                "snapshot_id": snapshot_id,
                "share_instance_id": instance["id"],
                "status": instance["status"],
                "progress": "0%",
                "provider_location": None,
                "created_at": instance["created_at"],
                "updated_at": None,
            }
