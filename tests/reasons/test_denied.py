"""What would have been sufficient is what the policy itself says is sufficient."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fakemanila.keystone.credentials import Credentials
from fakemanila.manila.policy import Policy
from fakemanila.reasons import Denied

LADDER = ("reader", "member", "manager", "admin")
IDS = ("own", "other")

CALLER = Credentials(
    token="t",
    user_id="own",
    user_name="somebody",
    project_id="own",
    project_name="own",
    domain_id=None,
    roles=(),
    is_admin=False,
    expires_at=datetime(2026, 1, 1),
    user_domain_id="default",
    project_domain_id="default",
    system_scope=None,
)

checks = st.recursive(
    st.sampled_from(
        [
            *(f"role:{role}" for role in (*LADDER, "service")),
            "project_id:%(project_id)s",
            "user_id:%(user_id)s",
            "is_admin:True",
            "rule:context_is_admin",
            "!",
            "@",
        ]
    ),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=6,
)


def caller(role: str, user_id: str, project_id: str, policy: Policy) -> Credentials:
    roles = LADDER[: LADDER.index(role) + 1] if role in LADDER else (role,)
    made = CALLER._replace(roles=roles, user_id=user_id, project_id=project_id)
    return made._replace(is_admin=policy.is_admin(made))


def covered(ways: list[dict[str, Any]], role: str, user_id: str, project_id: str) -> bool:
    roles = LADDER[: LADDER.index(role) + 1] if role in LADDER else (role,)
    return any(
        way["role"] in roles and way["user_id"] in (None, user_id) and way["project_id"] in (None, project_id)
        for way in ways
    )


@given(
    check=checks, role=st.sampled_from([*LADDER, "service"]), user_id=st.sampled_from(IDS), project=st.sampled_from(IDS)
)
def test_who_has_what_is_sufficient_passes_and_nobody_else(check: str, role: str, user_id: str, project: str) -> None:
    policy = Policy({"it": check, "context_is_admin": "role:admin"})
    target = {"project_id": "other", "user_id": "other"}
    denied = Denied("it", policy, CALLER, policy.seen_of("it", target))
    passes = policy.allows("it", caller(role, user_id, project, policy), target)
    assert covered(denied.facts()["sufficient"], role, user_id, project) == passes


@given(check=checks, role=st.sampled_from(LADDER))
def test_so_it_is_where_only_the_callers_own_is_looked_at(check: str, role: str) -> None:
    policy = Policy({"it": check, "context_is_admin": "role:admin"})
    denied = Denied("it", policy, CALLER)
    passes = policy.allows("it", caller(role, "own", "own", policy))
    assert covered(denied.facts()["sufficient"], role, "own", "own") == passes


def test_rules_that_ask_another_server_are_not_asked() -> None:
    class Remote:
        def allows(self, rule: str, creds: Any, target: Any = None) -> bool:
            raise AssertionError("asked")

        def is_admin(self, creds: Any) -> bool:
            raise AssertionError("asked")

        def spelled_out(self, rule: str) -> dict[str, str]:
            return {rule: "http://policy.example/%(project_id)s"}

        def takes_scope(self, rule: str, scope: str) -> bool:
            return False

    assert Denied("it", Remote(), CALLER).facts()["sufficient"] == []
    assert Denied("it", Remote(), CALLER).explain()[0] == (
        "The policy rule it refuses somebody, who has no role in project own."
    )
