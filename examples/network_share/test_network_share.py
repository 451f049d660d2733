import time

import pytest
from network_share import Failed, down, up

pytestmark = pytest.mark.fakemanila(
    services="network", delays={"shares.create": "30s", "shares.delete": "30s", "share_servers.delete": "1m"}
)


@pytest.fixture
def cloud(manila, monkeypatch):
    """The user's connection. `sleep` advances the world's clock instead of waiting."""
    monkeypatch.setattr(time, "sleep", manila.clock.advance)
    return manila.connect()


def test_the_share_is_mounted_from_the_network(cloud):
    paths = up(cloud, "app", "10.1.0.0/24")
    assert [path.partition(":")[0] for path in paths] == ["10.1.0.2", "10.1.0.3"]


def test_doing_it_again_makes_nothing_new(manila, cloud):
    assert up(cloud, "app", "10.1.0.0/24") == up(cloud, "app", "10.1.0.0/24")
    for operation in ("network.networks.create", "network.subnets.create", "share_networks.create", "shares.create"):
        manila.requests.assert_called(operation, times=1)


def test_a_network_without_addresses_is_told(manila, cloud):
    with pytest.raises(Failed, match=r"could not be made: .*ports"):
        up(cloud, "app", "10.1.0.0/30")
    manila.clock.advance("1m")
    manila.assert_records("share", [])


def test_a_quota_of_networks_is_not_passed_over(manila, cloud):
    admin = manila.connect("admin")
    admin.network.update_quota(cloud.current_project_id, networks=0)
    with pytest.raises(Exception, match="Quota exceeded"):
        up(cloud, "app", "10.1.0.0/24")
    manila.assert_records("share_network", [])


def test_a_network_that_is_gone_from_neutron_is_told(manila, cloud):
    up(cloud, "app", "10.1.0.0/24")
    down(cloud, "app")
    manila.create("share_network", name="app", neutron_net_id="gone", neutron_subnet_id="gone")
    with pytest.raises(Failed, match="share server"):
        up(cloud, "app", "10.1.0.0/24")


def test_all_of_it_goes_in_the_right_order(manila, cloud):
    up(cloud, "app", "10.1.0.0/24")
    down(cloud, "app")
    for kind in ("share", "share_network", "network", "subnet"):
        manila.assert_records(kind, [])
    assert manila.records("ports") == []
    refused = manila.requests.list(operation="network.networks.delete", status=409)
    assert refused, "its share server was on the network for a while"


def test_manila_is_not_asked_while_neutron_is_down(manila, cloud):
    manila.faults.add(operation="network.*", do={"respond": {"status": 503}}, must_fire=True)
    with pytest.raises(Exception, match="503"):
        up(cloud, "app", "10.1.0.0/24")
    manila.requests.assert_not_called("share_networks.create")
