"""The data of Python modules, read from their text: literals, copies of them, and changes to them. Nothing is run.

It knows as much of Python as Manila's modules of validation schemas use. Imports are followed within the source alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from typing import Any

from ..source import SourceError

Names = dict[str, Any]

_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "dict": dict,
    "list": list,
    "sorted": sorted,
    "tuple": tuple,
}
_METHODS: Mapping[type, tuple[str, ...]] = {
    dict: ("copy", "keys", "pop", "update", "values"),
    list: ("append", "copy", "extend", "insert", "remove"),
}
_WORDS = "manila.api.validation.helpers"
"""The module whose functions give descriptions: words, which aren't compared."""


class Unreadable(Exception):
    """An expression that isn't data."""


_FAILURES = (Unreadable, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What following a statement may end in: the text is anybody's."""


class Modules:
    """The modules of a source by their dotted names; each is evaluated when it is first asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._trees: dict[str, ast.Module] = {}
        self._known: dict[str, Names] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def tree(self, name: str) -> ast.Module:
        """The module's syntax. Raises SourceError where it isn't Python."""
        if name not in self._trees:
            try:
                self._trees[name] = ast.parse(self._texts[name])
            except (SyntaxError, ValueError, RecursionError) as error:
                raise SourceError(f"{name}: it is not valid Python: {error}") from None
        return self._trees[name]

    def names(self, name: str) -> Names:
        """What the module's names stand for; names of what isn't data are missing.

        Raises SourceError where data is changed in a way that can't be followed.
        """
        if name not in self._known:
            self._known[name] = found = Names()
            scope = Scope(self, found)
            line = 0
            try:
                for statement in self.tree(name).body:
                    line = statement.lineno
                    scope.execute(statement)
            except _FAILURES as error:
                raise SourceError(f"{name}, line {line}: it can't be followed: {error}") from None
        return self._known[name]


class Module:
    """An imported module, as the value of a name."""

    def __init__(self, name: str) -> None:
        self.name = name


class Scope:
    """Names, and what statements and expressions make of them."""

    def __init__(self, modules: Modules, names: Names) -> None:
        self._modules = modules
        self._names = names

    def execute(self, statement: ast.stmt) -> None:
        """Follows one statement; passes over classes, and whatever has nothing to do with data.

        Raises Unreadable for a condition, a loop or anything else that can't be followed and that names data.
        """
        if isinstance(statement, ast.Assign):
            self._assign(statement)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            if self._known(statement.value):
                self.value(statement.value)
        elif isinstance(statement, ast.FunctionDef):
            self._names[statement.name] = statement
        elif isinstance(statement, ast.ImportFrom | ast.Import):
            package = f"{statement.module}." if isinstance(statement, ast.ImportFrom) else ""
            for alias in statement.names:
                if package + alias.name in self._modules:
                    self._names[alias.asname or alias.name] = Module(package + alias.name)
        elif not isinstance(statement, ast.ClassDef):
            named = (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))
            if any(isinstance(self._names.get(name), dict | list) for name in named):
                raise Unreadable(f"{ast.unparse(statement)[:80]!r} may change data")

    def _assign(self, statement: ast.Assign) -> None:
        for target in statement.targets:
            if isinstance(target, ast.Subscript) and self._known(target):
                self.value(target.value)[self.value(target.slice)] = self.value(statement.value)
            elif isinstance(target, ast.Name):
                try:
                    self._names[target.id] = self.value(statement.value)
                except _FAILURES:
                    self._names.pop(target.id, None)

    def _known(self, node: ast.expr) -> bool:
        """Whether an expression begins with a name that stands for data."""
        while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
            node = node.func if isinstance(node, ast.Call) else node.value
        return isinstance(node, ast.Name) and isinstance(self._names.get(node.id), dict | list)

    def value(self, node: ast.expr) -> Any:
        """What an expression stands for. Raises Unreadable where it isn't data."""
        match node:
            case ast.Constant():
                return node.value
            case ast.Dict():
                found: dict[Any, Any] = {}
                for key, item in zip(node.keys, node.values, strict=True):
                    found.update(self.value(item) if key is None else {self.value(key): self.value(item)})
                return found
            case ast.List():
                return [self.value(item) for item in node.elts]
            case ast.Tuple():
                return tuple(self.value(item) for item in node.elts)
            case ast.Name() if node.id in self._names:
                return self._names[node.id]
            case ast.Attribute():
                owner = self.value(node.value)
                if isinstance(owner, Module) and node.attr in self._modules.names(owner.name):
                    return self._modules.names(owner.name)[node.attr]
            case ast.Subscript():
                return self.value(node.value)[self.value(node.slice)]
            case ast.BinOp(op=ast.Add()):
                return self.value(node.left) + self.value(node.right)
            case ast.UnaryOp(op=ast.USub()):
                return -self.value(node.operand)
            case ast.Call():
                return self._call(node)
        raise Unreadable(f"{ast.unparse(node)[:80]!r} is not data")

    def _call(self, node: ast.Call) -> Any:
        arguments = [self.value(item) for item in node.args]
        function = _FUNCTIONS.get(ast.unparse(node.func))
        if function is not None and not node.keywords:
            return function(*arguments)
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value)
            if isinstance(owner, Module) and owner.name == _WORDS:
                return ""
            if isinstance(owner, Module) and not node.keywords:
                return self._modules_function(owner.name, node.func.attr, arguments)
            if not isinstance(owner, Module) and node.func.attr in _METHODS.get(type(owner), ()) and not node.keywords:
                return getattr(owner, node.func.attr)(*arguments)
        elif isinstance(node.func, ast.Name) and not node.keywords:
            function = self._names.get(node.func.id)
            if isinstance(function, ast.FunctionDef):
                return self._function(function, arguments)
        raise Unreadable(f"{ast.unparse(node)[:80]!r} is not data")

    def _modules_function(self, module: str, name: str, arguments: list[Any]) -> Any:
        names = self._modules.names(module)
        function = names.get(name)
        if not isinstance(function, ast.FunctionDef):
            raise Unreadable(f"{module}.{name} is not a function")
        return Scope(self._modules, names)._function(function, arguments)

    def _function(self, function: ast.FunctionDef, arguments: list[Any]) -> Any:
        """What a function of assignments and one return gives."""
        parameters = [parameter.arg for parameter in function.args.args]
        inner = Scope(self._modules, self._names | dict(zip(parameters, arguments, strict=True)))
        for statement in function.body:
            if isinstance(statement, ast.Return) and statement.value is not None:
                return inner.value(statement.value)
            inner.execute(statement)
        raise Unreadable(f"{function.name} returns nothing")
