"""Reads Manila's policy rules from their modules, without running any of them."""

from __future__ import annotations

import ast
from typing import Any

Json = dict[str, Any]
Names = dict[str, str]

_RULES = {
    "RuleDefault": ("name", "check_str", "description"),
    "DocumentedRuleDefault": ("name", "check_str", "description", "operations"),
}
"""oslo.policy's two kinds of rule, and the names of their positional arguments."""


class PolicyError(Exception):
    """A policy module says something that cannot be read statically."""


def rules(modules: dict[str, str]) -> dict[str, Json]:
    """Every rule of the modules' texts: ``{name: {"check", "operations", "scope"}}``, sorted by name."""
    constants = {name: _constants(ast.parse(text)) for name, text in modules.items()}
    imported = {
        f"{name}.{key}": value for name in ("base", "constants") for key, value in constants.get(name, {}).items()
    }
    found: dict[str, Json] = {}
    for name, text in modules.items():
        values = constants[name] | imported
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RULES:
                rule = _rule(node, _RULES[node.func.attr], values)
                found[rule.pop("name")] = rule
    return dict(sorted(found.items()))


def _constants(module: ast.Module) -> Names:
    """The module's string constants, those built from earlier ones included."""
    names: Names = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                value = _text(node.value, names)
            except PolicyError:
                continue
            names[node.targets[0].id] = value
    return names


def _rule(call: ast.Call, positional: tuple[str, ...], names: Names) -> Json:
    arguments = dict(zip(positional, call.args, strict=False))
    arguments |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    rule: Json = {"name": _text(arguments["name"], names), "check": _text(arguments["check_str"], names)}
    operations = arguments.get("operations")
    if isinstance(operations, ast.List):
        rule["operations"] = [entry for item in operations.elts for entry in _operation(item, names)]
    else:
        rule["operations"] = []
    scope = arguments.get("scope_types")
    rule["scope"] = [_text(item, names) for item in scope.elts] if isinstance(scope, ast.List) else []
    return rule


def _operation(node: ast.expr, names: Names) -> list[Json]:
    if not isinstance(node, ast.Dict):
        raise PolicyError(f"line {node.lineno}: an operation that is not a literal")
    pairs = {_text(key, names): value for key, value in zip(node.keys, node.values, strict=True) if key is not None}
    methods = pairs["method"]
    texts = [_text(item, names) for item in methods.elts] if isinstance(methods, ast.List) else [_text(methods, names)]
    return [{"method": method, "path": _text(pairs["path"], names)} for method in texts]


def _text(node: ast.expr, names: Names) -> str:
    """The string an expression stands for: a literal, a name, ``a + b``, ``a % b``, an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name | ast.Attribute):
        name = ast.unparse(node)
        if name in names:
            return names[name]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left, names) + _text(node.right, names)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _text(node.left, names) % _text(node.right, names)
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return "".join(_text(part, names) for part in parts)
    raise PolicyError(f"line {node.lineno}: {ast.unparse(node)} is not a static string")
