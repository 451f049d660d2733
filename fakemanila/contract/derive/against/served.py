"""What Manila's code says it serves: each call with its microversions and the schemas that it is checked with.

The router says which method of which controller a call comes to, decorators of that method say the rest.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ....versions import Microversion, Range
from ..source import SourceError
from .evaluate import Modules, Scope, Unreadable

V2 = "manila.api.v2."
ROUTER = V2 + "router"
_SCHEMAS = {"request_body_schema": "request", "request_query_schema": "query", "response_body_schema": "response"}
_MEMBERS = {"show": "GET", "update": "PUT", "delete": "DELETE"}


class Call(NamedTuple):
    """A call as both sides can name it."""

    method: str
    path: str
    """With ``{}`` for each of its variables."""
    action: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" {self.action}" if self.action else "")


@dataclass(frozen=True)
class Bound:
    """A schema that a method's requests or answers are checked with, in a range of microversions."""

    side: str
    """``request``, ``query`` or ``response``."""
    versions: Range
    schema: Any


@dataclass(frozen=True)
class Method:
    """A method of a controller, in the microversions that it serves."""

    versions: Range
    experimental: bool
    action: str | None
    bound: tuple[Bound, ...]

    def schemas(self, side: str, version: Microversion) -> list[Any]:
        """What `side` is checked with at `version`."""
        return [bound.schema for bound in self.bound if bound.side == side and version in bound.versions]


def shape(path: str) -> str:
    """A path without the names of its variables."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def served(modules: Modules) -> dict[Call, list[Method]]:
    """Every call that the router knows, and the methods that serve it in one microversion or another."""
    controllers = _Controllers(modules)
    found: dict[Call, list[Method]] = {}
    for http, path, controller, name in _Routes(modules):
        for method in controllers.methods(controller, name):
            methods = found.setdefault(Call(http, shape(path), method.action if name == "action" else None), [])
            if method not in methods:
                methods.append(method)
    return found


class _Routes:
    """The router's entries: HTTP method, path, ``module.function`` of the controller, and the name of its method."""

    def __init__(self, modules: Modules) -> None:
        self._tree = modules.tree(ROUTER)
        self._scope = Scope(modules, modules.names(ROUTER))
        self._resources: dict[str, str] = {}

    def __iter__(self) -> Iterator[tuple[str, str, str, str]]:
        nodes = [node for node in ast.walk(self._tree) if isinstance(node, ast.Assign | ast.Call)]
        aliases: dict[str, str] = {}
        for node in sorted(nodes, key=lambda node: node.lineno):
            if isinstance(node, ast.Assign):
                target, text = ast.unparse(node.targets[0]), ast.unparse(node.value)
                if target.startswith("self.resources["):
                    aliases[target] = text.removesuffix("()")
                elif text in aliases:
                    aliases[target] = aliases[text]
            elif ast.unparse(node.func) in ("mapper.resource", "mapper.connect"):
                keywords = {keyword.arg: keyword.value for keyword in node.keywords}
                controller = aliases.get(ast.unparse(keywords["controller"])) if "controller" in keywords else None
                if controller is None:
                    raise SourceError(f"{ROUTER}, line {node.lineno}: a route whose controller is not known")
                of = self._collection if ast.unparse(node.func) == "mapper.resource" else self._single
                for http, path, name in of(node, keywords):
                    yield http, path, controller, name

    def _single(self, node: ast.Call, keywords: Mapping[str | None, ast.expr]) -> Iterator[tuple[str, str, str]]:
        path, name = self._path(node.args[1]), self._scope.value(keywords["action"])
        conditions = self._scope.value(keywords["conditions"]) if "conditions" in keywords else {"method": ["GET"]}
        for http in conditions["method"]:
            yield http, path, name

    def _path(self, node: ast.expr) -> str:
        """The path without what the router puts before it, the project's id or nothing."""
        node = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) else node
        return str(self._scope.value(node)).removeprefix("%s")

    def _collection(self, node: ast.Call, keywords: Mapping[str | None, ast.expr]) -> Iterator[tuple[str, str, str]]:
        path = f"/{self._scope.value(node.args[1])}"
        if "parent_resource" in keywords:
            parent = keywords["parent_resource"]
            names = {keyword.arg: self._scope.value(keyword.value) for keyword in getattr(parent, "keywords", ())}
            path = f"/{names['collection_name']}/{{{names['member_name']}_id}}{path}"
        yield "GET", path, "index"
        yield "POST", path, "create"
        for name, http in _MEMBERS.items():
            yield http, f"{path}/{{id}}", name
        for keyword, between in (("collection", ""), ("member", "/{id}")):
            extra = self._scope.value(keywords[keyword]) if keyword in keywords else {}
            for name, http in extra.items():
                yield http, f"{path}{between}/{name}", name


class _Controllers:
    """The controllers of a source, by the function that makes one."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._classes: dict[str, tuple[str, ast.ClassDef]] = {}

    def methods(self, maker: str, name: str) -> list[Method]:
        """The methods by that name, or all the actions, of the controller that ``module.function`` makes."""
        module, _, function = maker.rpartition(".")
        full = V2 + module
        if full not in self._modules:  # the versions' own, which lies elsewhere
            return []
        tree = self._modules.tree(full)
        made = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function), None)
        match = re.search(r"Resource\((\w+)\(", ast.unparse(made)) if made is not None else None
        if match is None:
            raise SourceError(f"{full}: {function} makes no controller")
        members = list(self._members(full, match[1]))
        if name == "action":
            chosen = [member for member in members if member[2] is not None]
        else:  # a method that lacks the name may still have it as an action's
            chosen = [member for member in members if member[1].name == name]
            chosen = chosen or [member for member in members if member[2] == name]
        return [self._method(*member) for member in chosen]

    def _members(self, module: str, name: str) -> Iterator[tuple[str, ast.FunctionDef, str | None]]:
        """The methods of a class, and those of its bases in this module or another of the same package."""
        tree = self._modules.tree(module)
        found = next((n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name), None)
        if found is None:
            return
        own = [node for node in found.body if isinstance(node, ast.FunctionDef)]
        for node in own:
            yield module, node, self._action(module, node)
        for base in found.bases:
            owner, _, last = ast.unparse(base).rpartition(".")
            elsewhere = V2 + owner if owner else module
            if elsewhere in self._modules:
                for full, node, action in self._members(elsewhere, last):
                    if node.name not in {method.name for method in own}:
                        yield full, node, action

    def _action(self, module: str, node: ast.FunctionDef) -> str | None:
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "wsgi.action":
                return str(self._value(module, decorator.args[0]))
        return None

    def _method(self, module: str, node: ast.FunctionDef, action: str | None) -> Method:
        versions, experimental, bound = Range(), False, []
        for decorator in node.decorator_list:
            kind = ast.unparse(decorator).partition("(")[0].rpartition(".")[2]
            if not isinstance(decorator, ast.Call) or kind not in ("api_version", *_SCHEMAS):
                continue
            arguments = [self._value(module, argument) for argument in decorator.args]
            keywords = {str(keyword.arg): self._value(module, keyword.value) for keyword in decorator.keywords}
            if kind == "api_version":
                versions = Range.parse(*_ends(arguments, keywords))
                experimental = bool(keywords.get("experimental", False))
            else:
                bound.append(Bound(_SCHEMAS[kind], Range.parse(*_ends(arguments[1:], keywords)), arguments[0]))
        return Method(versions, experimental, action, tuple(bound))

    def _value(self, module: str, node: ast.expr) -> Any:
        try:
            return Scope(self._modules, self._modules.names(module)).value(node)
        except (Unreadable, LookupError, TypeError) as error:
            raise SourceError(f"{module}, line {node.lineno}: it can't be followed: {error}") from None


def _ends(arguments: list[Any], keywords: Mapping[str, Any]) -> tuple[str | None, str | None]:
    low = arguments[0] if arguments else keywords.get("min_version", keywords.get("min_ver"))
    high = arguments[1] if len(arguments) > 1 else keywords.get("max_version", keywords.get("max_ver"))
    return low, high
