import time

import pytest
from operator_retry import NotReconciled, reconcile


@pytest.fixture(autouse=True)
def sleep(manila, monkeypatch):
    """`sleep` advances the world's clock instead of waiting."""
    monkeypatch.setattr(time, "sleep", manila.clock.advance)


@pytest.mark.fakemanila(delays={"shares.create": "5s"})
def test_a_share_is_made_and_waited_for(manila, manila_connection):
    share = reconcile(manila_connection, "db", 5)
    assert share.status == "available"
    manila.assert_records("share", [{"name": "db", "size": 5}])


def test_a_share_that_is_right_is_left_alone(manila, manila_connection):
    there = manila.create("share", name="db", size=5)
    assert reconcile(manila_connection, "db", 5).id == there.id
    manila.requests.assert_not_called("shares.create")


@pytest.mark.parametrize("fault", ["lb-502", "lb-503-html", "lb-504", "conn-reset", "truncate", "rate-limit:429"])
def test_it_tries_again_when_something_is_in_the_way(manila, manila_connection, fault):
    manila.faults.add(fault, operation="shares.create", times=1, must_fire=True)
    assert reconcile(manila_connection, "db", 5).status == "available"
    manila.assert_records("share", [{"name": "db"}])


def test_an_answer_that_got_lost_makes_no_second_share(manila, manila_connection):
    manila.faults.add("lb-504-after-commit", operation="shares.create", times=1, must_fire=True)
    reconcile(manila_connection, "db", 5)
    manila.requests.assert_called("shares.create", times=1)
    manila.assert_records("share", [{"name": "db"}])


def test_a_share_that_failed_is_made_anew(manila, manila_connection):
    manila.faults.add("share-create-error:no-valid-host", times=1, must_fire=True)
    assert reconcile(manila_connection, "db", 5).status == "available"
    manila.assert_records("share", [{"name": "db", "status": "available"}])


def test_it_gives_up_in_the_end_and_says_why(manila, manila_connection):
    manila.faults.add("lb-503-html", path="/v2/shares*")
    started = manila.clock.now()
    with pytest.raises(NotReconciled, match="gave up after 5 attempts, the API answered 503"):
        reconcile(manila_connection, "db", 5)
    assert 30 <= (manila.clock.now() - started).total_seconds() < 40  # 2 + 4 + 8 + 16


def test_what_will_not_get_better_is_not_tried_again(manila):
    with pytest.raises(NotReconciled, match=r"db: .*403"):
        reconcile(manila.connect("demo_reader"), "db", 5)
    manila.requests.assert_called("shares.create", times=1)


def test_a_half_hearted_api_is_no_match_for_it(manila, manila_connection, monkeypatch):
    monkeypatch.setattr("operator_retry.ATTEMPTS", 12)
    manila.faults.add("flaky:0.2", path="/v2/shares*", must_fire=True)
    for number in range(5):
        assert reconcile(manila_connection, f"share-{number}", 1).status == "available"
    assert len(manila.records("share")) == 5
