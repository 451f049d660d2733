import time

import pytest
from backup_tool import BackupFailed, backup

pytestmark = pytest.mark.fakemanila(delays={"snapshots.create": "2m"})


@pytest.fixture(autouse=True)
def sleep(manila, monkeypatch):
    """`sleep` advances the world's clock instead of waiting."""
    monkeypatch.setattr(time, "sleep", manila.clock.advance)


@pytest.fixture
def share(manila):
    return manila.create("share", name="db", size=5)


def test_it_waits_until_the_snapshot_is_there(manila, manila_client, share):
    assert backup(manila_client, share.id).status == "available"
    assert manila.requests.count(operation="snapshots.show") == 24  # two minutes, every five seconds


def test_it_keeps_the_last_ones_and_what_others_have_made(manila, manila_client, share):
    for day in (1, 2, 3, 4):
        manila.create("snapshot", share=share, name=f"backup-2025010{day}T000000")
    manila.create("snapshot", share=share, name="by hand")
    kept = backup(manila_client, share.id, keep=3)
    manila.assert_records(
        "snapshot",
        [
            {"name": "by hand"},
            {"name": "backup-20250103T000000"},
            {"name": "backup-20250104T000000"},
            {"id": kept.id, "status": "available"},
        ],
    )


def test_old_ones_stay_until_the_new_one_is_there(manila, manila_client, share):
    manila.create("snapshot", share=share, name="backup-20250101T000000")
    backup(manila_client, share.id, keep=1)
    manila.requests.assert_called("snapshots.create", times=1, before="snapshots.delete")


def test_a_snapshot_that_failed_is_deleted_again_and_no_other(manila, manila_client, share):
    manila.create("snapshot", share=share, name="backup-20250101T000000")
    manila.faults.add("snapshot-create-error", must_fire=True)
    with pytest.raises(BackupFailed, match="ended in error"):
        backup(manila_client, share.id, keep=1)
    manila.assert_records("snapshot", [{"name": "backup-20250101T000000"}])


def test_it_gives_up_on_a_snapshot_that_takes_too_long(manila, manila_client, share):
    manila.faults.add("snapshot-never-ready", must_fire=True)
    started = manila.clock.now()
    with pytest.raises(BackupFailed, match="still being made after 300 seconds"):
        backup(manila_client, share.id, timeout=300)
    assert 300 <= (manila.clock.now() - started).total_seconds() < 310


def test_without_quota_it_says_so_and_deletes_nothing(manila, manila_client, share):
    manila.create("snapshot", share=share, name="backup-20250101T000000")
    manila.faults.add("quota:snapshots", must_fire=True)
    with pytest.raises(BackupFailed, match="no quota"):
        backup(manila_client, share.id, keep=0)
    manila.requests.assert_not_called("snapshots.delete")


def test_somebody_elses_share_is_none(manila, share):
    with pytest.raises(BackupFailed, match="no share"):
        backup(manila.client("alt_demo"), share.id)
