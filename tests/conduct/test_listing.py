"""How clients read lists."""

from __future__ import annotations

from typing import Any

from fakemanila.world.journal import Entry

from .journal import ask, evidence, found, show

PAGES, FULL = "unfetched-pages", "full-lists"


def shares(count: int = 2, *, more: bool = False, agent: str = "client/1", **query: str) -> Entry:
    got: dict[str, Any] = {"shares": [{"id": f"s{number}"} for number in range(count)]}
    if more:
        got["shares_links"] = [{"rel": "next", "href": "…"}]
    return ask("GET", "/v2/shares/detail", operation="shares.detail", query=query, got=got, agent=agent)


class TestPages:
    def page(self, count: int = 10, *, more: bool = True, agent: str = "client/1", **query: str) -> Entry:
        return shares(count, more=more, agent=agent, limit="10", **query)

    def test_a_page_that_nobody_asked_for_is_told(self) -> None:
        first = self.page()
        assert evidence(PAGES, first) == [first.id]
        assert found(PAGES, first)[0].summary == "1 list ended with a page of 10, and nobody asked for the next one"
        assert found(PAGES, shares(1000, more=True))

    def test_who_goes_on_to_the_end_is_fine(self) -> None:
        pages = [self.page(), self.page(offset="10"), self.page(1, more=False, offset="20")]
        assert not found(PAGES, *pages)
        assert not found(PAGES, *pages, *pages)
        assert evidence(PAGES, *pages[:2]) == [pages[1].id]

    def test_the_walk_of_another_program_is_another_one(self) -> None:
        assert found(PAGES, self.page(), self.page(1, more=False, offset="10", agent="other/1"))

    def test_a_page_of_the_whole_limit_counts_where_answers_have_no_links(self) -> None:
        def networks(count: int) -> Entry:
            got: dict[str, Any] = {"share_networks": [{}] * count}
            return ask("GET", "/v2/share-networks", operation="share_networks.list", query={"limit": "10"}, got=got)

        assert found(PAGES, networks(10))
        assert not found(PAGES, networks(9))

    def test_who_asks_for_a_few_wants_no_more(self) -> None:
        for count in (0, 1, 5):
            assert not found(PAGES, shares(count, more=True, limit=str(count)))
        assert not found(PAGES, shares(20))


class TestFullLists:
    def test_lists_of_everything_of_which_one_thing_is_used_are_told(self) -> None:
        lists = [shares(), shares(), shares(all_tenants="1")]
        entries = [entry for each in lists for entry in (each, show(id="s1"))]
        assert evidence(FULL, *entries) == [each.id for each in lists]
        assert found(FULL, *entries)[0].summary == "3 lists of everything, up to 2, of which one thing was used"

    def test_once_or_twice_is_not(self) -> None:
        assert not found(FULL, shares(), show(id="s1"), shares(), show(id="s1"))

    def test_who_asks_by_name_or_uses_more_is_fine(self) -> None:
        for used in ([show(id="s0"), show(id="s1")], [], [show(id="elsewhere")]):
            assert not found(FULL, *(entry for _ in range(5) for entry in (shares(), *used)))
        assert not found(FULL, *(entry for _ in range(5) for entry in (shares(name="db"), show(id="s1"))))

    def test_the_only_one_there_is_was_no_choice(self) -> None:
        assert not found(FULL, *(entry for _ in range(5) for entry in (shares(1), show(id="s0"))))

    def test_a_call_that_has_no_such_filter_is_fine(self) -> None:
        got = {"share_types": [{"id": "t1"}, {"id": "t2"}]}
        entries = [ask("GET", "/v2/types", operation="share_types.list", got=got), ask("GET", "/v2/types/t1")]
        assert not found(FULL, *entries * 5)
