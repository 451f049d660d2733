"""Every rule, by the name that its findings have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import leaving, listing, preliminaries, repeating, waiting, wording
from .evidence import Evidence
from .history import History


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that works here and hurts in a cloud. Its page is a section of docs/reference/conduct.md."""

    name: str
    find: Callable[[History], Iterator[Evidence]]
    """A function of nothing else: at most one piece of evidence for each client and operation."""
    at_end: bool = False
    """It can be told only when the client has ended."""


RULES = (
    Rule("polls-too-fast", waiting.polls_too_fast),
    Rule("polls-without-backoff", waiting.polls_without_backoff),
    Rule("retries-without-backoff", waiting.retries_without_backoff),
    Rule("ignores-retry-after", repeating.ignores_retry_after),
    Rule("same-create-twice", repeating.same_create_twice),
    Rule("writes-after-error", repeating.writes_after_error),
    Rule("requests-after-delete", repeating.requests_after_delete),
    Rule("token-for-each-request", preliminaries.token_for_each_request),
    Rule("discovery-for-each-request", preliminaries.discovery_for_each_request),
    Rule("unfetched-pages", listing.unfetched_pages),
    Rule("full-lists", listing.full_lists),
    Rule("no-microversion", wording.no_microversion),
    Rule("old-microversion", wording.old_microversion),
    Rule("refused-microversion", wording.refused_microversion),
    Rule("experimental-api", wording.experimental_api),
    Rule("undocumented-fields", wording.undocumented_fields),
    Rule("resources-left-behind", leaving.resources_left_behind, at_end=True),
)

NAMES = tuple(rule.name for rule in RULES)
