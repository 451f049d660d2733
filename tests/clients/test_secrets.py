"""Barbican through the real clients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from barbicanclient import client, exceptions

from fakemanila.neighbours.offers import parse

from .cloud import Cloud


@pytest.fixture
def cloud(cloud: Cloud) -> Cloud:
    cloud.world.reset(replace(cloud.world.settings, services=parse("all")))
    return cloud


def barbican(cloud: Cloud, user: str = "demo") -> Any:
    return client.Client(session=cloud.session(user))


def test_barbicanclient_stores_secrets_and_reads_them(cloud: Cloud) -> None:
    secrets = barbican(cloud).secrets
    binary = secrets.create(name="key", payload=b"\xff", algorithm="aes", bit_length=256).store()
    later = secrets.create(name="later")
    later.store()
    later.payload = "word"
    later.update()
    assert secrets.get(binary).payload == b"\xff"
    assert secrets.get(later.secret_ref).payload == "word"
    assert [each.name for each in secrets.list()] == ["key", "later"]
    assert secrets.total() == 2
    secrets.delete(binary)
    with pytest.raises(exceptions.HTTPClientError, match="Not Found"):
        assert secrets.get(binary).status


def test_barbicanclient_says_who_may_read(cloud: Cloud) -> None:
    own, other = barbican(cloud), barbican(cloud, "alt_demo")
    reference = own.secrets.create(name="key", payload="word").store()
    with pytest.raises(exceptions.HTTPClientError, match="Forbidden"):
        assert other.secrets.get(reference).payload
    user = cloud.session("alt_demo").get_user_id()
    own.acls.create(entity_ref=reference, users=[user], project_access=False).submit()
    assert other.secrets.get(reference).payload == "word"
    acl = own.acls.get(reference)
    assert (acl.read.users, acl.read.project_access) == ([user], False)
    acl.remove()
    assert own.acls.get(reference).read.project_access is True


def test_openstacksdk_stores_a_secret(cloud: Cloud) -> None:
    keys = cloud.connect().key_manager
    made = keys.create_secret(name="key", payload="word", payload_content_type="text/plain")
    assert keys.get_secret(made.secret_id).payload == "word"
    assert [each.name for each in keys.secrets()] == ["key"]
    keys.delete_secret(made.secret_id)
    assert list(keys.secrets()) == []


def test_manilaclient_makes_a_share_with_a_key(cloud: Cloud) -> None:
    reference = barbican(cloud).secrets.create(name="key", payload="word").store()
    specs = {"encryption_support": "share_server"}
    admin, manila = cloud.manila("admin"), cloud.manila()
    admin.share_types.create("encrypted", True, extra_specs=specs)
    network = manila.share_networks.create(name="net")
    key = reference.rpartition("/")[2]
    options = {"share_type": "encrypted", "share_network": network.id, "encryption_key_ref": key}
    share = manila.shares.create("NFS", 1, **options)
    assert manila.shares.get(share.id).status == "available"
    assert [server.encryption_key_ref for server in admin.share_servers.list()] == [key]
    barbican(cloud).secrets.delete(reference)
    other = manila.share_networks.create(name="other")
    late = manila.shares.create("NFS", 1, **{**options, "share_network": other.id})
    assert manila.shares.get(late.id).status == "error"
