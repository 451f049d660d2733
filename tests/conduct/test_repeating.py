"""What clients do after a failure, and what they do once more."""

from __future__ import annotations

from typing import Any

from fakemanila.world.journal import Entry

from .journal import ask, evidence, found, ids, show

WAIT, TWICE, BLIND, GONE = "ignores-retry-after", "same-create-twice", "writes-after-error", "requests-after-delete"


def create(status: int | None = 202, *, name: str | None = "db", id: str = "s1", **more: Any) -> Entry:
    got = {"share": {"id": id}} if status == 202 else None
    return ask("POST", "/v2/shares", status, operation="shares.create", sent={"share": {"name": name}}, got=got, **more)


def look(**query: str) -> Entry:
    return ask("GET", "/v2/shares", operation="shares.list", query=query, got={"shares": []})


class TestRetryAfter:
    def busy(self, said: str, **more: Any) -> Entry:
        return create(429, got_headers={"retry-after": said}, **more)

    def test_a_request_before_its_time_is_told(self) -> None:
        early = create(at=2)
        assert evidence(WAIT, self.busy("10"), early) == [early.id]
        (finding,) = found(WAIT, self.busy("10"), early)
        assert finding.summary == "1 request sooner than Retry-After allowed: after 2 s instead of 10 s"

    def test_one_in_time_is_not(self) -> None:
        assert not found(WAIT, self.busy("10"), create(at=10))
        assert not found(WAIT, self.busy("0"), create(at=0.001))

    def test_it_may_be_a_date(self) -> None:
        date = "Thu, 01 Jan 2026 00:01:00 GMT"
        assert found(WAIT, self.busy(date), create(at=30))
        assert not found(WAIT, self.busy(date), create(at=60))

    def test_text_that_says_nothing_asks_for_nothing(self) -> None:
        for said in ("soon", "", "-5", "1e9", "Thu, 99 Jan 2026"):
            assert not found(WAIT, self.busy(said), create(at=1)), said

    def test_it_is_about_the_same_call_and_program_and_a_clock_that_moves(self) -> None:
        assert not found(WAIT, self.busy("10"), look(), create(at=2, agent="other/1"), show(at=2))
        assert not found(WAIT, self.busy("10"), create(at=0))


class TestSameCreateTwice:
    def test_a_second_create_after_a_success_is_told(self) -> None:
        both = [create(), create(id="s2")]
        assert evidence(TWICE, *both) == ids(*both)
        assert "the first had succeeded" in found(TWICE, *both)[0].summary

    def test_a_second_create_after_a_lost_answer_is_told_also_without_a_name(self) -> None:
        for status in (0, None, 502, 504):
            (finding,) = found(TWICE, create(status, name=None), create(name=None))
            assert "the answer to the first was lost" in finding.summary

    def test_a_refused_create_and_one_with_another_body_may_come_again(self) -> None:
        assert not found(TWICE, create(503), create(), create(name="other"))
        assert not found(TWICE, create(name=None), create(name=None))

    def test_who_has_looked_or_deleted_may_create_again(self) -> None:
        assert not found(TWICE, create(0), look(name="db"), create())
        assert not found(TWICE, create(), ask("DELETE", "/v2/shares/s1", 202), create(id="s2"))
        assert not found(TWICE, create(), create(user="alt_demo"))

    def test_a_look_at_something_else_is_none(self) -> None:
        assert found(TWICE, create(0), ask("GET", "/v2/snapshots"), create())


class TestWritesAfterError:
    def delete(self, status: int = 403, id: str = "s1") -> Entry:
        return ask("DELETE", f"/v2/shares/{id}", status, operation="shares.delete")

    def extend(self, status: int = 400, size: int = 2) -> Entry:
        sent = {"extend": {"new_size": size}}
        return ask("POST", "/v2/shares/s1/action", status, operation="shares.extend", sent=sent)

    def test_the_same_refused_write_is_told(self) -> None:
        again = self.delete()
        assert evidence(BLIND, self.delete(), again) == [again.id]

    def test_after_a_look_or_something_done_it_is_not(self) -> None:
        assert not found(BLIND, self.delete(), show("available"), self.delete())
        assert not found(BLIND, self.delete(), ask("DELETE", "/v2/snapshots/x", 202), self.delete())

    def test_a_corrected_one_is_not_nor_what_was_refused_for_the_moment(self) -> None:
        assert not found(BLIND, self.extend(size=1), self.extend(size=2))
        assert not found(
            BLIND, self.delete(503), self.delete(503), self.delete(429), self.delete(404), self.delete(404)
        )

    def test_a_write_to_what_was_seen_in_error_is_told_when_it_is_refused(self) -> None:
        refused = self.extend()
        assert evidence(BLIND, show("error"), refused) == [refused.id]
        assert not found(BLIND, show("error"), self.delete(202))
        assert not found(BLIND, show("error"), self.delete(403))
        assert not found(BLIND, show("error"), show("available"), self.extend())


class TestRequestsAfterDelete:
    def delete(self) -> Entry:
        return ask("DELETE", "/v2/shares/s1", 202, operation="shares.delete")

    def gone(self) -> Entry:
        return ask("GET", "/v2/shares/s1", 404, operation="shares.show")

    def test_requests_for_what_is_known_to_be_gone_are_told(self) -> None:
        late = [self.gone(), self.gone()]
        assert evidence(GONE, self.delete(), self.gone(), *late) == ids(*late)
        assert "2 requests for 1 thing" in found(GONE, self.delete(), self.gone(), *late)[0].summary

    def test_the_404_that_ends_a_wait_and_one_check_are_not(self) -> None:
        assert not found(GONE, self.delete(), show("deleting"), self.gone(), self.gone())

    def test_what_it_has_not_deleted_and_a_part_of_it_are_not(self) -> None:
        assert not found(GONE, self.gone(), self.gone(), self.gone())
        part = ask("DELETE", "/v2/shares/s1/metadata/key", 200, operation="share_metadata.delete")
        assert not found(GONE, part, self.gone(), self.gone(), self.gone())

    def test_a_forced_deletion_is_one(self) -> None:
        forced = ask("POST", "/v2/shares/s1/action", 202, operation="shares.force_delete", sent={"force_delete": None})
        assert found(GONE, forced, self.gone(), self.gone(), self.gone())
