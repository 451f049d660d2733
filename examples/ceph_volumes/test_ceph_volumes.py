import time

import pytest
from ceph_volumes import VolumeFailed, give_up, provide

pytestmark = pytest.mark.fakemanila(
    scenario="cephfs", delays={"shares.create": "20s", "shares.allow_access": "5s", "shares.delete": "10s"}
)


@pytest.fixture(autouse=True)
def sleep(manila, monkeypatch):
    """`sleep` advances the world's clock instead of waiting."""
    monkeypatch.setattr(time, "sleep", manila.clock.advance)


def test_a_volume_has_all_that_mounting_needs(manila, manila_client):
    mount = provide(manila_client, "pvc-1", client="pvc-1-user")
    assert mount.monitors == "10.0.0.10:6789,10.0.0.11:6789,10.0.0.12:6789"
    assert mount.path.startswith("/volumes/_nogroup/")
    assert mount.options == "fs=cephfs"
    manila.assert_records("access_rule", [{"access_to": "pvc-1-user", "access_level": "rw", "access_key": mount.key}])


def test_doing_it_again_gives_the_same(manila, manila_client):
    first = provide(manila_client, "pvc-1", client="app")
    assert provide(manila_client, "pvc-1", client="app") == first
    manila.requests.assert_called("shares.create", times=1)
    manila.requests.assert_called("shares.allow_access", times=1)


def test_a_client_mounts_several_volumes_with_one_key(manila_client):
    assert (
        provide(manila_client, "a", client="app").key == provide(manila_client, "b", client="app", read_only=True).key
    )


def test_a_key_that_is_late_is_waited_for(manila, manila_client):
    manila.faults.add("cephx-key-late", must_fire=True)
    assert provide(manila_client, "pvc-1", client="app").key


def test_a_key_that_never_comes_is_given_up(manila, manila_client):
    manila.faults.add("cephx-key-never", must_fire=True)
    with pytest.raises(VolumeFailed, match="no key for app after 60 seconds, and the rule is active"):
        provide(manila_client, "pvc-1", client="app", timeout=60)


@pytest.mark.parametrize(("client", "reason"), [("manila", "refused access"), ("taken", "nobody says why")])
def test_a_client_that_is_refused_is_told(manila, manila_client, client, reason):
    theirs = manila.create("share", name="theirs", user="alt_demo")
    manila.create("access_rule", share=theirs["id"], access_type="cephx", access_to="taken")
    with pytest.raises(VolumeFailed, match=f"no access for {client}: .*{reason}"):
        provide(manila_client, "pvc-1", client=client)
    assert provide(manila_client, "pvc-1", client="another").key


def test_an_attempt_that_failed_can_be_made_again(manila, manila_client):
    manila.faults.add("cephx-id-taken", times=1, must_fire=True)
    with pytest.raises(VolumeFailed):
        provide(manila_client, "pvc-1", client="app")
    assert provide(manila_client, "pvc-1", client="app").key


def test_a_type_that_no_backend_fits_is_told(manila, manila_client):
    manila.create("share_type", name="gold", extra_specs={"tier": "gold"})
    with pytest.raises(VolumeFailed, match=r"pvc-1 ended in error: .*Capabilities"):
        provide(manila_client, "pvc-1", client="app", share_type="gold")
    manila.clock.advance("10s")
    manila.assert_records("share", [])


def test_a_volume_goes_with_its_rules(manila, manila_client):
    provide(manila_client, "pvc-1", client="app")
    give_up(manila_client, "pvc-1")
    manila.assert_records("share", [])
    manila.assert_records("access_rule", [])
    give_up(manila_client, "pvc-1")


def test_a_volume_that_stays_is_told(manila, manila_client):
    provide(manila_client, "pvc-1", client="app")
    manila.faults.add("error-deleting", must_fire=True)
    with pytest.raises(VolumeFailed, match="pvc-1 ended in error_deleting"):
        give_up(manila_client, "pvc-1")
