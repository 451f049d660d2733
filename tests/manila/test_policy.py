"""Our evaluator and oslo.policy give the same verdicts."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.manila.policy import Policy, values_of


@dataclass(frozen=True)
class Caller:
    roles: tuple[str, ...]
    user_id: str | None
    project_id: str | None
    is_admin: bool
    domain_id: str | None = None
    system_scope: str | None = None
    service_roles: tuple[str, ...] = ()


READER = ("reader",)
MEMBER = ("member", *READER)
MANAGER = ("manager", *MEMBER)
ADMIN = ("admin", *MANAGER)

OWN = {"project_id": "p1", "user_id": "u1"}
TARGETS: list[dict[str, Any]] = [
    OWN,
    {"project_id": "p1", "user_id": "u2"},
    {"project_id": "p2", "user_id": "u2"},
    {"project_id": None, "user_id": None},
    {"id": "s1"},
]


def creds(*roles: str, **scope: Any) -> Caller:
    return replace(Caller(roles, "u1", "p1", is_admin="admin" in roles), **scope)


PERSONAS = {
    "admin": creds(*ADMIN),
    "manager": creds(*MANAGER),
    "member": creds(*MEMBER),
    "reader": creds(*READER),
    "service": creds("service"),
    "stranger": creds("Member ", "auditor"),
    "shouting": creds("ADMIN"),
    "nobody": creds(user_id=None, project_id=None),
    "system admin": creds(*ADMIN, project_id=None, system_scope="all"),
    "domain admin": creds(*ADMIN, project_id=None, domain_id="default"),
}


@pytest.fixture(scope="module")
def defaults() -> Policy:
    return Policy.load_defaults()


def oslo_enforcer(rules: dict[str, str], scopes: dict[str, Any] | None = None) -> Any:
    oslo = pytest.importorskip("oslo_policy.policy")
    cfg = pytest.importorskip("oslo_config.cfg")
    conf = cfg.ConfigOpts()
    conf(args=[], project="fakemanila", default_config_files=[], default_config_dirs=[])
    enforcer = oslo.Enforcer(conf, rules=oslo.Rules.from_dict(rules, "default"), use_conf=False)
    enforcer.register_defaults(
        [oslo.RuleDefault(name, check, scope_types=(scopes or {}).get(name)) for name, check in rules.items()]
    )
    return enforcer


def test_all_of_manilas_rules_are_there(defaults: Policy) -> None:
    assert len(defaults.rules) == 230


def test_the_contracts_rules_are_right_though_nobody_looks_when_they_are_loaded() -> None:
    defaults = Policy.load_defaults()
    Policy(defaults.rules, defaults.scopes)


@pytest.mark.filterwarnings("ignore:.*failed scope check:UserWarning")  # which 5.1 emits as well
def test_every_rule_is_judged_as_by_oslo_policy(defaults: Policy) -> None:
    enforcer = oslo_enforcer(defaults.rules, {name: list(scopes) for name, scopes in defaults.scopes.items()})
    for rule, (name, caller), target in itertools.product([*defaults.rules, "no:such"], PERSONAS.items(), TARGETS):
        expected = bool(enforcer.enforce(rule, target, values_of(caller)))
        assert defaults.allows(rule, caller, target) is expected, (rule, name, target)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("share:create", {"admin", "manager", "member", "shouting"}),
        ("share:get", {"admin", "manager", "member", "reader", "shouting"}),
        ("share:force_delete", {"admin", "shouting"}),
        ("resource_lock:get", {"admin", "manager", "member", "reader", "service", "shouting"}),
        (
            "no:such",
            {
                "admin",
                "manager",
                "member",
                "reader",
                "service",
                "stranger",
                "shouting",
                "nobody",
                "system admin",
                "domain admin",
            },
        ),
    ],
)
def test_without_a_target_a_rule_is_about_the_callers_own(defaults: Policy, rule: str, allowed: set[str]) -> None:
    assert {name for name, caller in PERSONAS.items() if defaults.allows(rule, caller)} == allowed


def test_context_is_admin_decides_who_is_admin(defaults: Policy) -> None:
    assert {name for name, caller in PERSONAS.items() if defaults.is_admin(caller)} == {"admin", "shouting"}


def test_an_unknown_rule_without_a_default_is_refused() -> None:
    assert not Policy({"a": "@"}).allows("b", PERSONAS["admin"])
    assert not Policy({"a": "rule:b"}).allows("a", PERSONAS["admin"])


LEAVES = [
    "@",
    "!",
    "role:admin",
    "role:Reader",
    "role:%(role)s",
    "rule:yes",
    "rule:no",
    "rule:unknown",
    "is_admin:True",
    "is_admin:False",
    "user_id:%(user_id)s",
    "project_id:%(project_id)s",
    "project_id:p1",
    "None:%(project_id)s",
    "roles:reader",
    "domain_id:None",
    "system_scope:all",
    "service_roles:service",
    "'p1':%(project_id)s",
    "True:%(missing)s",
    "no_such_attribute:1",
    "user.id:u1",
    "share:%(id)s:x",
]
RULES = {"yes": "@", "no": "!", "default": "role:reader"}
WORDS = st.sampled_from([*LEAVES, "and", "or", "not", "AND", "Not", "(", ")"])
callers = st.sampled_from([*PERSONAS.values(), creds(*MEMBER, service_roles=("service",))])
targets = st.sampled_from([*TARGETS, {"role": "member"}])


def spaced(check: str) -> st.SearchStrategy[str]:
    return st.sampled_from([check, f"({check})", f"( {check} )", f"not {check}", f"not ({check})", f"  {check} "])


CHECKS = st.recursive(
    st.sampled_from(LEAVES).flatmap(spaced),
    lambda inner: st.tuples(inner, st.sampled_from([" and ", " or ", " OR "]), inner).map("".join).flatmap(spaced),
    max_leaves=8,
)


@given(CHECKS, callers, targets)
def test_a_generated_rule_is_judged_as_by_oslo_policy(check: str, caller: Caller, target: dict[str, Any]) -> None:
    rules = {**RULES, "x": check}
    expected = bool(oslo_enforcer(rules).enforce("x", target, values_of(caller)))
    assert Policy(rules).allows("x", caller, target) is expected


@given(st.lists(WORDS, min_size=1, max_size=7).map(" ".join), callers)
def test_what_oslo_policy_cannot_parse_is_refused(check: str, caller: Caller) -> None:
    parser = pytest.importorskip("oslo_policy._parser")
    state = parser.ParseState()
    for token in parser._parse_tokenize(check):
        state.shift(token)
    try:
        state.result  # noqa: B018  (a property that raises)
    except ValueError:
        with pytest.raises(ValueError, match="policy rule 'x'"):
            Policy({**RULES, "x": check})
    else:
        expected = bool(oslo_enforcer({**RULES, "x": check}).enforce("x", OWN, values_of(caller)))
        assert Policy({**RULES, "x": check}).allows("x", caller, OWN) is expected


@pytest.mark.parametrize(
    ("check", "complaint"),
    [
        ("admin", "'admin' is not a valid check"),
        ("'admin'", "is not a valid check"),
        ("role:admin and", "a check is missing at the end"),
        (" ", "a check is missing at the end"),
        ("(role:admin", "a parenthesis is not closed"),
        ("role:admin)", r"unexpected '\)'"),
        ("role:a role:b", "unexpected 'role:b'"),
        ("role:%(x", r"is not a name or %\(name\)s"),
        ("project_id:%d", r"is not a name or %\(name\)s"),
        ("rule:x", "refers to itself"),
        ("not rule:circle", "refers to itself"),
        ("rule:unknown", "refers to itself"),
    ],
)
def test_a_bad_rule_is_refused_by_name(check: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=rf"policy rule '(x|circle|default)': .*{complaint}"):
        Policy({"x": check, "circle": "rule:x or role:y", "default": "rule:circle"})


def test_an_operators_file_goes_on_top_of_the_defaults(tmp_path: Path) -> None:
    pytest.importorskip("oslo_policy")
    path = tmp_path / "policy.yaml"
    path.write_text(
        '"share:create": "role:creator"\n"auditors": "role:auditor"\n"share:get": "rule:auditors or role:x"\n'
        '"context_is_admin": "role:admin or role:boss"\n"mine": ""\n'
    )
    policy = Policy.from_file(path)
    assert policy.allows("share:create", creds("creator"))
    assert not policy.allows("share:create", PERSONAS["admin"])
    assert policy.allows("share:get", PERSONAS["stranger"])
    assert policy.allows("share:force_delete", creds("boss"))
    assert policy.is_admin(creds("boss"))
    assert policy.allows("mine", PERSONAS["nobody"])
    assert not policy.allows("share:force_delete", PERSONAS["system admin"])


def test_an_empty_file_changes_nothing(tmp_path: Path, defaults: Policy) -> None:
    pytest.importorskip("oslo_policy")
    path = tmp_path / "policy.yaml"
    path.write_text("# nothing yet\n")
    policy = Policy.from_file(path)
    for rule, caller in itertools.product(defaults.rules, PERSONAS.values()):
        assert policy.allows(rule, caller) is defaults.allows(rule, caller)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("'share:get': 'role:admin or'", "'share:get': 'role:admin or': a check is missing at the end"),
        ("'share:get': 'role=admin'", "'share:get'.*is not a valid check"),
        ("share:get: !", "'share:get': .* is not a check string; quote it"),
        ("'share:get': [['role:admin']]", "'share:get': .* is not a check string"),
        ("'a': 'rule:b'\n'b': 'rule:a'", "policy rule 'a': .*itself"),
        ("- share:get", "maps rules to check strings, and this is list"),
        ("'share:get: x", "policy.yaml:1: found unexpected end of stream"),
        (None, "policy.yaml: No such file or directory"),
    ],
)
def test_a_bad_file_is_refused_by_file_and_rule(tmp_path: Path, content: str | None, complaint: str) -> None:
    pytest.importorskip("oslo_policy")
    path = tmp_path / "policy.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=complaint) as refusal:
        Policy.from_file(path)
    assert str(path) in str(refusal.value)


def test_the_defaults_need_no_oslo_policy_and_a_file_says_which_extra(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['oslo_policy'] = None\n"
        "from fakemanila.manila.policy import Policy\n"
        "Policy.load_defaults()\n"
        "assert not any(name.startswith('oslo') for name, module in sys.modules.items() if module)\n"
        "try: Policy.from_file('policy.yaml')\n"
        "except RuntimeError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "pip install 'fakemanila[policy]'" in done.stdout
