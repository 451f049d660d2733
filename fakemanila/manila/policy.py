"""Who may do what: Manila's policy rules, in the check-string language of oslo.policy.

The contract's 230 default rules are compiled to closures by the small parser below. oslo.policy itself would do
the same, but importing it takes 130 to 160 ms (Python 3.11), about as long as everything else a server imports, so it
is left to those who bring a policy file of their own (`Policy.from_file`). A test holds the two to the same verdicts.

Deprecated check strings don't apply, as in a deployment with ``enforce_new_defaults``.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from ..package_data import schemas_dir

Target: TypeAlias = Mapping[str, Any]
Check: TypeAlias = Callable[[Mapping[str, Any], Target], bool]
"""Takes the caller's values (`values_of`, and the roles once more) and the target."""
_ROLES = "role"
"""Where the values have the roles as ``role:`` compares them, without regard to case."""


class PolicyCredentials(Protocol):
    """What a policy rule can know of the caller.

    `roles` are with those they imply. `is_admin` is what the rule ``context_is_admin`` says (`Policy.is_admin`).
    `domain_id` and `system_scope` belong to tokens scoped to a domain or to the system (``"all"``), else None.
    `service_roles` are those of the service that asks for the caller.
    """

    @property
    def roles(self) -> tuple[str, ...]: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def project_id(self) -> str | None: ...
    @property
    def is_admin(self) -> bool: ...
    @property
    def domain_id(self) -> str | None: ...
    @property
    def system_scope(self) -> str | None: ...
    @property
    def service_roles(self) -> tuple[str, ...]: ...
    def __hash__(self) -> int: ...


def values_of(creds: PolicyCredentials) -> dict[str, Any]:
    """The names a check string can use on its left side, and what they are for this caller."""
    return {
        "roles": list(creds.roles),
        "user_id": creds.user_id,
        "project_id": creds.project_id,
        "is_admin": creds.is_admin,
        "domain_id": creds.domain_id,
        "system_scope": creds.system_scope,
        "service_roles": list(creds.service_roles),
    }


def own_target(creds: PolicyCredentials) -> dict[str, Any]:
    """What a rule is checked against when nothing narrower is known: something of the caller's own."""
    return {"project_id": creds.project_id, "user_id": creds.user_id}


class Policy:
    """A set of named rules; each is compiled to a closure when it is first asked for.

    `rules` maps names to check strings, `scopes` names to the token scopes a rule takes (``project``, ``domain``,
    ``system``); a rule without scopes takes any token. Raises ValueError that names the rule when one doesn't parse
    or when rules refer to each other in a circle.
    """

    def __init__(
        self, rules: Mapping[str, str], scopes: Mapping[str, Sequence[str]] | None = None, *, known: bool = False
    ) -> None:
        """`known` rules are right, as the contract's are: they aren't looked at before they are needed."""
        self.rules = dict(rules)
        self.scopes = dict(scopes or {})
        self._checks: dict[str, Check] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._decided = lru_cache(1024)(self._decide)
        if not known:
            for name in self.rules:
                self._compiled(name)
            refuse_circles(self.rules)

    @classmethod
    @cache
    def load_defaults(cls) -> Policy:
        """Manila's own rules, from ``schemas/policies.json``; the same object each time."""
        rules = json.loads((schemas_dir() / "policies.json").read_text(encoding="utf-8"))["rules"]
        return cls(
            {name: rule["check"] for name, rule in rules.items()},
            {name: rule["scope"] for name, rule in rules.items()},
            known=True,
        )

    @classmethod
    def from_file(cls, path: str | Path) -> Policy:
        """The defaults with an operator's ``policy.yaml`` on top, evaluated by oslo.policy (extra ``policy``).

        Raises ValueError that names the file, and the rule where one is to blame; RuntimeError without the extra.
        """
        from .policy_file import FilePolicy

        return FilePolicy(path, cls.load_defaults())

    def allows(self, rule: str, creds: PolicyCredentials, target: Target | None = None) -> bool:
        """Whether `creds` pass `rule` for `target`, by default something of the caller's own.

        A rule nobody defined is answered by the rule ``default``, and refused without one.
        """
        names = self._names.get(rule)
        if names is None:
            texts = self.spelled_out(rule).values()
            names = self._names[rule] = tuple(sorted({name for text in texts for name in _NAMED.findall(text)}))
        target = target or own_target(creds)
        return self._decided(rule, creds, tuple([str(target[name]) if name in target else None for name in names]))

    def _decide(self, rule: str, creds: PolicyCredentials, seen: tuple[str | None, ...]) -> bool:
        """The same; `seen` is what the target has of all that the rule names, each None where it doesn't have it."""
        if not self._in_scope(rule, creds):
            return False
        values = {**values_of(creds), _ROLES: _lowered(creds.roles)}
        target = {name: value for name, value in zip(self._names[rule], seen, strict=True) if value is not None}
        return self._check(rule, values, target)

    def _in_scope(self, rule: str, creds: PolicyCredentials) -> bool:
        scopes = self.scopes.get(rule)
        return not scopes or self._token_scope(creds) in scopes

    def spelled_out(self, rule: str) -> dict[str, str]:
        """The check strings of a rule and of those that it refers to, by their names, its own first."""
        found: dict[str, str] = {}
        todo = [rule]
        while todo:
            name = todo.pop(0)
            name = name if name in self.rules else "default"
            if name in self.rules and name not in found:
                found[name] = self.rules[name]
                todo += _references(self.rules, name)
        return found

    def takes_scope(self, rule: str, scope: str) -> bool:
        """Whether a rule names that scope of tokens among those that it takes."""
        return scope in self.scopes.get(rule, ())

    def seen_of(self, rule: str, target: Target) -> tuple[tuple[str, str], ...]:
        """What a rule can see of a target: whose it is, and what its check strings name."""
        names = {"project_id", "user_id"}.union(*(_NAMED.findall(text) for text in self.spelled_out(rule).values()))
        return tuple((name, str(target[name])) for name in sorted(names) if target.get(name) is not None)

    def is_admin(self, creds: PolicyCredentials) -> bool:
        """What `PolicyCredentials.is_admin` has to be for this caller."""
        return self.allows("context_is_admin", creds)

    def _check(self, rule: str, values: Mapping[str, Any], target: Target) -> bool:
        check = self._checks.get(rule) or self._compiled(rule if rule in self.rules else "default")
        return check(values, target)

    def _compiled(self, name: str) -> Check:
        check = self._checks[name] = self._compile(name, self.rules[name]) if name in self.rules else _never
        return check

    @staticmethod
    def _token_scope(creds: PolicyCredentials) -> str:
        return "system" if creds.system_scope else "domain" if creds.domain_id else "project"

    def _compile(self, name: str, text: str) -> Check:
        """The closure for one check string; an empty one allows."""
        if not text:
            return _always
        tokens = _tokens(text)
        try:
            check, at = self._parse_or(tokens, 0)
            if at < len(tokens):
                raise ValueError(f"unexpected {tokens[at]!r}")
        except ValueError as error:
            raise ValueError(f"policy rule {name!r}: {text!r}: {error}") from None
        return check

    def _parse_or(self, tokens: list[str], at: int) -> tuple[Check, int]:
        parts, at = self._parse_list(tokens, at, "or", self._parse_and)
        return _joined(any, parts), at

    def _parse_and(self, tokens: list[str], at: int) -> tuple[Check, int]:
        parts, at = self._parse_list(tokens, at, "and", self._parse_one)
        return _joined(all, parts), at

    @staticmethod
    def _parse_list(
        tokens: list[str], at: int, word: str, parse: Callable[[list[str], int], tuple[Check, int]]
    ) -> tuple[list[Check], int]:
        part, at = parse(tokens, at)
        parts = [part]
        while at < len(tokens) and tokens[at].lower() == word:
            part, at = parse(tokens, at + 1)
            parts.append(part)
        return parts, at

    def _parse_one(self, tokens: list[str], at: int) -> tuple[Check, int]:
        if at == len(tokens):
            raise ValueError("a check is missing at the end")
        token = tokens[at]
        if token.lower() == "not":
            inner, at = self._parse_one(tokens, at + 1)
            return (lambda values, target: not inner(values, target)), at
        if token == "(":
            inner, at = self._parse_or(tokens, at + 1)
            if at == len(tokens) or tokens[at] != ")":
                raise ValueError("a parenthesis is not closed")
            return inner, at + 1
        return self._leaf(token), at + 1

    def _leaf(self, token: str) -> Check:
        if token in ("@", "!"):
            return _always if token == "@" else _never
        kind, colon, match = token.partition(":")
        if not colon or (token[0] == token[-1] and token[0] in "'\""):
            raise ValueError(
                f"{token!r} is not a valid check: expected KIND:VALUE, '@', '!', 'and', 'or', 'not' or parentheses"
            )
        if kind == "rule":
            return lambda values, target: self._check(match, values, target)
        try:
            match % defaultdict(str)
        except (TypeError, ValueError):
            raise ValueError(f"{match!r} in {token!r} is not a name or %(name)s") from None
        if kind == "role":
            return _role(match)
        try:
            literal = str(ast.literal_eval(kind))
        except (ValueError, SyntaxError):
            return lambda values, target: _same(values.get(kind, _ABSENT), match, target)
        return lambda values, target: _same(literal, match, target)


_ABSENT = object()
_NAMED = re.compile(r"%\(([^)]*)\)")
"""A reference to an attribute of the target."""


@lru_cache(maxsize=256)
def _lowered(roles: tuple[str, ...]) -> frozenset[str]:
    return frozenset(role.lower() for role in roles)


def _always(values: Mapping[str, Any], target: Target) -> bool:
    return True


def _never(values: Mapping[str, Any], target: Target) -> bool:
    return False


def _joined(join: Callable[[Iterator[bool]], bool], parts: list[Check]) -> Check:
    if len(parts) == 1:
        return parts[0]
    return lambda values, target: join(part(values, target) for part in parts)


def _role(match: str) -> Check:
    if "%" not in match:
        wanted = match.lower()
        return lambda values, target: wanted in values[_ROLES]

    def check(values: Mapping[str, Any], target: Target) -> bool:
        try:
            return (match % target).lower() in values[_ROLES]
        except KeyError:  # a target without that attribute
            return False

    return check


def _same(value: object, match: str, target: Target) -> bool:
    try:
        wanted = match % target
    except KeyError:
        return False
    if isinstance(value, list):
        return any(str(item) == wanted for item in value)
    return value is not _ABSENT and str(value) == wanted


def _tokens(text: str) -> list[str]:
    """Splits at spaces; parentheses count only at the ends of a word, since ``%(name)s`` has them inside."""
    tokens: list[str] = []
    for word in text.split():
        check = word.lstrip("(")
        tokens += "(" * (len(word) - len(check))
        inner = check.rstrip(")")
        tokens += [inner] if inner else []
        tokens += ")" * (len(check) - len(inner))
    return tokens


def refuse_circles(rules: Mapping[str, str]) -> None:
    """Raises ValueError naming the rule that in the end refers to itself, which could never be decided."""
    for name in rules:
        todo, seen = [name], set[str]()
        while todo:
            for other in _references(rules, todo.pop()):
                if other == name:
                    raise ValueError(f"policy rule {name!r}: {rules[name]!r} refers to itself")
                if other not in seen:
                    seen.add(other)
                    todo.append(other)


def _references(rules: Mapping[str, str], name: str) -> Iterator[str]:
    for token in _tokens(rules.get(name, "")):
        if token.startswith("rule:"):
            other = token.removeprefix("rule:")
            yield other if other in rules else "default"
