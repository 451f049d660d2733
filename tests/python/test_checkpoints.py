"""Checkpoints, forks and differences as tests in Python have them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakemanila import ControlFailure, FakeManila


@pytest.fixture(scope="module", params=[True, False], ids=["socket", "in-process"])
def running(request: pytest.FixtureRequest) -> Iterator[FakeManila]:
    with FakeManila(serve=request.param, clock="manual") as manila:
        yield manila


@pytest.fixture
def manila(running: FakeManila) -> Iterator[FakeManila]:
    running.reset()
    leased = running._lease()
    yield leased
    leased._give_back()


def test_a_client_goes_on_after_the_world_went_back(manila: FakeManila) -> None:
    client = manila.client()
    share = client.shares.create("NFS", 1, name="db")
    saved = manila.checkpoint()
    client.shares.delete(share)
    assert client.shares.list() == []
    saved.restore()
    assert [each.id for each in client.shares.list()] == [share.id]
    late = manila.client()
    late.shares.delete(share)
    saved.restore()
    assert [each.id for each in late.shares.list()] == [share.id]  # it logs in once more: its token is gone


def test_a_block_ends_where_it_began_and_leaves_nothing(manila: FakeManila) -> None:
    with manila.checkpoint() as saved:
        manila.create("share", name="db")
        assert [each["name"] for each in saved.diff().made if each["kind"] == "shares"] == ["db"]
    assert manila.records("share") == []
    assert manila.checkpoints == []


def test_checkpoints_are_read_as_a_list(manila: FakeManila) -> None:
    manila.checkpoint("before")
    assert manila.checkpoints["before"] == manila.checkpoints[-1]
    assert "before" in manila.checkpoints
    del manila.checkpoints["before"]
    manila.checkpoint("again")
    del manila.checkpoints[0]
    assert not manila.checkpoints
    with pytest.raises(ControlFailure, match="no checkpoint 'before'"):
        manila.checkpoints.restore("before")


def test_a_difference_counts_where_records_differ_or_what_is_under_way(manila: FakeManila) -> None:
    saved = manila.checkpoint()
    manila.clock.advance("5s")
    manila.faults.add("lb-502")
    manila.delays = {"shares.create": "30s"}
    assert not manila.diff(saved)
    manila.diff(saved).assert_empty()
    assert repr(manila.diff(saved)) == "<Diff faults, delays, clock>"
    share = manila.create("share", name="db")
    found = manila.diff(saved)
    assert found
    assert [each["kind"] for each in found.made] == ["shares", "share_instances"]
    assert found.of("shares").made == [found.made[0]]
    assert not found.of("snapshots")
    assert found.gone == found.changed == []
    with pytest.raises(AssertionError, match=rf'\+ shares db \({share.id}\) status="available" size=1'):
        found.assert_empty()


def test_its_text_has_a_line_for_each_record_and_each_change(manila: FakeManila) -> None:
    share = manila.create("share", name="db")
    saved = manila.checkpoint("before")
    manila.delays = {"shares.extend": "30s"}
    client = manila.client()
    client.shares.extend(share.id, 2)
    client.shares.update(share.id, display_description="new")
    [instance] = manila.records("share_instances")
    [extending] = manila.transitions
    assert manila.diff(saved).of("shares").lines() == [
        "from checkpoint:before to world:default: 1 record changed, 1 transition, delays",
        f"~ shares db ({share.id})",
        '    description: null -> "new"',
        '    status: "available" -> "extending"',
        '    updated_at: null -> "2026-01-01T00:00:00.000000"',
        "    extending_to: null -> 2",
        "under way:",
        f"  + shares.extend of {share.id}, success at {extending['due']}",
        "delays:",
        '    shares.extend: null -> "30s"',
    ]
    assert f"~ share_instances {instance.id}" in str(manila.diff(saved))


def test_a_fork_is_a_world_to_work_in(manila: FakeManila) -> None:
    saved = manila.checkpoint()
    manila.create("share", name="db")
    branch = manila.fork("branch")
    assert branch.url == f"{manila.url}/worlds/branch"
    assert not manila.diff(branch)
    branch.client().shares.create("NFS", 1, name="more")
    assert [each["name"] for each in manila.diff(manila, branch).of("shares").made] == ["more"]
    with pytest.raises(ControlFailure, match="there is a world 'branch' already"):
        manila.fork("branch")
    assert manila.fork("branch", saved, replace=True).records("share") == []
    with pytest.raises(ValueError, match="'a b' is not a valid name"):
        manila.fork("a b")


def test_a_state_tells_what_it_would_change(manila: FakeManila) -> None:
    doc = manila.state.dump()
    manila.create("share")
    assert [each["kind"] for each in manila.state.diff(doc).gone] == ["shares", "share_instances"]
    manila.state.load(doc)
    assert not manila.state.diff(doc)
