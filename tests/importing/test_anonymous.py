"""Whose cloud it was is hidden, and its shape is kept."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from fakemanila.importing.anonymous import Anonymous

from .clouds import SOME_OF_ALL, imported, shown, world


def _shape(value: Any) -> Any:
    """The same without texts."""
    if isinstance(value, dict):
        return [_shape(each) for each in value.values()]
    return [_shape(each) for each in value] if isinstance(value, list) else str if isinstance(value, str) else value


def test_nothing_is_called_what_it_was_called_and_all_belongs_together_as_it_did(tmp_path: Path) -> None:
    with world(SOME_OF_ALL) as first:
        plain = imported(first, tmp_path)
        found = imported(first, tmp_path, anonymise=True)
        text = (tmp_path / "scenario.yaml").read_text()
    ids = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}", str(plain))
    names = ["shop", "Shirts", "alice", "gold", "theirs alone", "db", "tier", "cron", "anne", "weekly", "lan", "oracle"]
    names += ["alpha", "manila-zone", "10.0.0.0/24", "11.0.0.", "fake_pool", "joe"]
    assert [each for each in [*ids, *names] if re.search(rf"\b{re.escape(each)}\b", text)] == []
    assert _shape(found["records"]) == _shape(plain["records"])
    with world(found) as second, world(plain) as again:
        assert [each.get("status") for each in shown(second, "admin")["/shares/detail"]["shares"]] == [
            each.get("status") for each in shown(again, "admin")["/shares/detail"]["shares"]
        ]


def test_the_same_is_the_same_everywhere() -> None:
    hide = Anonymous(b"key")
    pool, backend = hide.text("host1@ceph#Fast", "host"), hide.text("host1@ceph", "host")
    assert pool.startswith(f"{backend}#")
    assert hide.text("CEPH", "share_backend_name") == backend.partition("@")[2]
    id = "0201f37d-dfa6-4fd1-ab56-0c016ae9b713"
    other = hide.text(id, "id")
    assert len(other) == len(id)
    assert other in hide.text(f"10.0.0.1:/exports/{id}", "path")
    assert other.replace("-", "_") in hide.text(f"/x/share_{id.replace('-', '_')}", "path")
    assert hide.text(f"Locked by access lock: {id}", "lock_reason") == f"Locked by access lock: {other}"


def test_addresses_stay_in_their_networks() -> None:
    hide = Anonymous(b"key")
    network = ip_network(hide.text("192.168.4.0/22", "cidr"))
    assert network.prefixlen == 22
    inside = [ip_address(hide.text(f"192.168.{part}.17", "gateway")) for part in (4, 5, 7)]
    assert all(each in network for each in inside)
    assert len(set(inside)) == 3
    assert ip_address(hide.text("192.168.9.1", "gateway")) not in network
    assert ip_address(hide.text("2001:db8::1", "gateway")) in ip_network(hide.text("2001:db8::/32", "cidr"))
    assert hide.text("0.0.0.0/0", "access_to") == "0.0.0.0/0"
