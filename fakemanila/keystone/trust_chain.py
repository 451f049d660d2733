"""What a trust is still good for: it stands on its trustor's roles and, where it was passed on, on other trusts.

A trust is ``{"id", "trustor_user_id", "trustee_user_id", "project_id", "impersonation", "expires_at",
"remaining_uses", "redelegated_trust_id", "redelegation_count", "roles"}`` and whatever else its maker wrote into it;
`roles` are the ids of those that it names, `expires_at` is a text or None.
"""

from __future__ import annotations

from datetime import datetime

from .identity_errors import Forbidden, NotFound
from .tables import Record, State, Target, parse_timestamp

MOST_PASSED_ON = 3
"""How long a chain of trusts may become: Keystone's ``max_redelegation_count``."""


def end_of(trust: Record) -> datetime | None:
    return None if trust["expires_at"] is None else parse_timestamp(trust["expires_at"])


def find(state: State, now: datetime, trust_id: str) -> Record:
    """The trust of that id, if it can still be used.

    Raises NotFound for one that is gone, over or used up; Forbidden where somebody in its chain is disabled.
    """
    trust = _usable(state, now, trust_id)
    for parent in pedigree(state, now, trust)[1:]:
        if not _enabled(state, parent["trustee_user_id"]):
            raise Forbidden("One of those whom the trust was passed on by is disabled.")
    return trust


def _usable(state: State, now: datetime, trust_id: str) -> Record:
    trust = state.find("trusts", trust_id)
    if trust is not None:
        end = end_of(trust)
        if (end is None or now <= end) and trust["remaining_uses"] != 0:
            return trust
    raise NotFound.of("trust", trust_id)


def pedigree(state: State, now: datetime, trust: Record) -> list[Record]:
    """A trust and those that it was passed on from, nearest first. Raises NotFound where one can't be used."""
    chain = [trust]
    while chain[-1]["redelegated_trust_id"] is not None:
        chain.append(_usable(state, now, chain[-1]["redelegated_trust_id"]))
    return chain


def _enabled(state: State, user_id: str) -> bool:
    user = state.users.get(user_id)
    return user is not None and user["enabled"] and state.domains[user["domain_id"]]["enabled"]


def user_of(trust: Record) -> str:
    """The id of whom its tokens show."""
    return str(trust["trustor_user_id" if trust["impersonation"] else "trustee_user_id"])


def role_ids(state: State, trust: Record) -> list[str]:
    """The roles that its tokens have: those that it names and what they imply.

    Raises Forbidden where whoever stands at the root of the chain has lost one of them, or the trustor is disabled.
    """
    root = trust
    while root["redelegated_trust_id"] in state.trusts:
        root = state.trusts[root["redelegated_trust_id"]]
    had = state.roles_of(root["trustor_user_id"], Target("project", trust["project_id"]))
    roles = state.implied_by(trust["roles"])
    if any(role not in had for role in roles):
        raise Forbidden("The trustor doesn't have the roles any more.")
    if not _enabled(state, trust["trustor_user_id"]):
        raise Forbidden("The trustor is disabled.")
    return roles


def check_passing_on(parent: Record, trust: Record) -> None:
    """Raises Forbidden for a trust that wants more than the one that it is passed on from allows.

    One that says no end ends with it.
    """
    count = parent["redelegation_count"]
    if count is not None and not 0 < count <= MOST_PASSED_ON:
        raise Forbidden("The trust can't be passed on any further.")
    if trust["remaining_uses"] is not None:
        raise Forbidden("A trust that was passed on can't have remaining_uses.")
    end, latest = end_of(trust), end_of(parent)
    if end is None:
        trust["expires_at"] = parent["expires_at"]
    elif latest is not None and latest < end:
        raise Forbidden("The trust would end later than the one that it is passed on from.")
    if not set(trust["roles"]) <= set(parent["roles"]):
        raise Forbidden("The trust would have more roles than the one that it is passed on from.")
    if trust["impersonation"] and not parent["impersonation"]:
        raise Forbidden("The trust that it is passed on from doesn't impersonate.")
