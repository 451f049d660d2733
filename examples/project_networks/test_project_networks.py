import time

import pytest
from project_networks import SetupFailed, set_up, tear_down

IDS = {"net": "3f4a…", "subnet": "77c1…"}
DIRECTORY = {"dns_ip": "10.0.0.2", "domain": "example.org", "user": "reader", "password": "secret"}

pytestmark = pytest.mark.fakemanila(
    delays={"shares.create/server": "5m", "shares.create": "20s", "shares.delete": "30s"}
)


@pytest.fixture(autouse=True)
def sleep(manila, monkeypatch):
    """`sleep` advances the world's clock instead of waiting."""
    monkeypatch.setattr(time, "sleep", manila.clock.advance)


def test_the_first_share_brings_a_server_with_it(manila, manila_client):
    share = set_up(manila_client, "app", **IDS, directory=DIRECTORY)
    [server] = manila.client("admin").share_servers.list()
    assert (server.status, server.share_network_id) == ("active", share.share_network_id)
    manila.assert_records("security_service", [{"name": "app", "type": "ldap", "domain": "example.org"}])


def test_doing_it_again_makes_nothing_new(manila, manila_client):
    first = set_up(manila_client, "app", **IDS, directory=DIRECTORY)
    assert set_up(manila_client, "app", **IDS, directory=DIRECTORY).id == first.id
    manila.requests.assert_called("share_networks.create", times=1)
    manila.requests.assert_called("shares.create", times=1)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("server-setup-error", "share server"), ("share-create-error:subnet-full", "subnet"), ("share-create-error", "")],
)
def test_a_share_that_fails_is_told_and_deleted(manila, manila_client, fault, reason):
    manila.faults.add(fault, must_fire=True)
    with pytest.raises(SetupFailed, match=f"app ended in error: .*{reason}"):
        set_up(manila_client, "app", **IDS)
    manila.clock.advance("1m")
    manila.assert_records("share", [])
    manila.assert_records("share_network", [{"name": "app"}])


def test_it_gives_up_on_a_server_that_takes_too_long(manila, manila_client):
    with pytest.raises(SetupFailed, match="still creating after 60 seconds"):
        set_up(manila_client, "app", **IDS, timeout=60)


def test_without_quota_it_says_so(manila, manila_client):
    manila.faults.add("quota:shares", must_fire=True)
    with pytest.raises(SetupFailed, match="no quota"):
        set_up(manila_client, "app", **IDS)


def test_the_network_goes_after_its_shares(manila, manila_client):
    set_up(manila_client, "app", **IDS, directory=DIRECTORY)
    tear_down(manila_client, "app")
    for kind in ("share", "share_network", "share_network_subnet", "security_service"):
        manila.assert_records(kind, [])
    manila.clock.advance("1h")
    assert manila.client("admin").share_servers.list() == []


def test_a_share_that_stays_keeps_its_network(manila, manila_client):
    set_up(manila_client, "app", **IDS)
    manila.faults.add("error-deleting", must_fire=True)
    with pytest.raises(SetupFailed, match="ended in error_deleting"):
        tear_down(manila_client, "app")
    manila.assert_records("share_network", [{"name": "app"}])
