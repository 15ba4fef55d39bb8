"""What the modules of the package have in their syntax trees: calls, functions, and what is assigned to names."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import newsarchive

PACKAGE = Path(newsarchive.__file__).parent


@dataclass(frozen=True, slots=True)
class Module:
    """A module: its name within the package, its tree, and the parent of each node."""

    name: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(repr=False)

    @property
    def path(self) -> str:
        """Its name in imports."""
        return "newsarchive." + self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that a node is in, the innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def scope(self, node: ast.AST) -> ast.FunctionDef | ast.Module:
        """The function that a node is in, or the module."""
        return next(one for one in self.above(node) if isinstance(one, ast.FunctionDef | ast.Module))


def parsed(name: str, source: str) -> Module:
    """A module from its source."""
    tree = ast.parse(source)
    return Module(name, tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)})


@cache
def modules() -> tuple[Module, ...]:
    """All modules of the package."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return tuple(parsed(str(path.relative_to(PACKAGE)), path.read_text(encoding="utf-8")) for path in paths)


def called(node: ast.AST) -> str:
    """The last part of the name that a call calls; empty for other nodes."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


class Package:
    """Where functions are defined and called, in some modules."""

    def __init__(self, found: tuple[Module, ...]) -> None:
        self.modules = found
        self.functions: dict[str, list[tuple[Module, ast.FunctionDef]]] = defaultdict(list)
        self.calls: dict[str, list[tuple[Module, ast.Call]]] = defaultdict(list)
        for module in found:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.FunctionDef):
                    self.functions[node.name].append((module, node))
                elif isinstance(node, ast.Call):
                    self.calls[called(node)].append((module, node))

    def assigned(self, module: Module, node: ast.Name) -> list[tuple[Module, ast.expr]]:
        """What is assigned to a name in its function, in its module, or where the name is imported from."""
        for scope in (module.scope(node), module.tree):
            if found := _assigned_in(scope, node.id):
                return [(module, value) for value in found]
        return [
            (other, value)
            for other in self.modules
            if _imports(module, other, node.id)
            for value in _assigned_in(other.tree, node.id)
        ]

    def given(self, function: ast.FunctionDef, parameter: str) -> list[tuple[Module, ast.expr]]:
        """What callers give for a parameter, and its default."""
        names = [one.arg for one in function.args.args]
        is_method = names[:1] in (["self"], ["cls"])
        place = names.index(parameter) - is_method if parameter in names else -1
        found = []
        for module, call in self.calls[function.name]:
            found += [(module, one.value) for one in call.keywords if one.arg == parameter]
            if 0 <= place < len(call.args):
                found.append((module, call.args[place]))
        return found


def _assigned_in(scope: ast.FunctionDef | ast.Module, name: str) -> list[ast.expr]:
    return _assignments(scope)[name]


@cache
def _assignments(scope: ast.FunctionDef | ast.Module) -> defaultdict[str, list[ast.expr]]:
    """What is assigned to each name in a function or anywhere in a module."""
    found: defaultdict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _assign(found, target, node.value)
        elif isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value is not None:
            _assign(found, node.target, node.value)
    return found


def _assign(found: defaultdict[str, list[ast.expr]], target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        found[target.id].append(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, part in zip(target.elts, value.elts, strict=False):
            _assign(found, one, part)


def _imports(module: Module, other: Module, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == other.path and name in {one.name for one in node.names}
        for node in module.tree.body
    )
