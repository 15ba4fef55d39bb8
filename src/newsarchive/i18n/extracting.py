"""How `pybabel extract` finds the texts: by the syntax tree of modules, and in the tables of topics.

Babel's own extractor reads tokens, and loses its place in calls within calls within dictionaries. It also knows
nothing of the help of commands, which is in docstrings and in `help=`, where click wants it, and is
translated when it is shown. `locales/babel.cfg` names the functions.
"""

import ast
import inspect
from collections.abc import Collection, Iterator, Mapping
from string import Formatter
from typing import IO, Any

from newsarchive.i18n.wordings import CONTEXT

Extracted = tuple[int, str | None, Any, list[str]]

_SHOWN = frozenset({"help", "show_default", "short_help", "epilog", "deprecated"})
"""The arguments of click's decorators that people read."""


def code_texts(
    file: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],  # noqa: ARG001 - Babel's signature
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """The texts that a module declares. Each argument of a keyword that isn't a text is None."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and (template := _template_of_error(node)):
            yield node.lineno, "message", (CONTEXT, template), []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            texts = tuple(map(_text, node.args))
            if any(texts):
                yield node.lineno, node.func.id, texts if len(texts) > 1 else texts[0], []


def _template_of_error(node: ast.Call) -> str | None:
    """The text of a call of `worded`; None if it has only fields, which every language writes the same."""
    if isinstance(node.func, ast.Name) and node.func.id == "worded" and node.args:
        template = _text(node.args[0]) or ""
        words = "".join(literal for literal, *_ in Formatter().parse(template))
        return template if any(map(str.isalpha, words)) else None
    return None


def cli_texts(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Extracted]:
    """The texts of a module of commands: those that it declares, docstrings of commands, and help of options."""
    yield from code_texts(file, [name for name in keywords if name != "counted"], comment_tags, options)
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
            if docstring := ast.get_docstring(node):
                yield node.lineno, None, inspect.cleandoc(docstring), []
        elif isinstance(node, ast.Call):
            if noun := _counted_noun(node):
                yield node.lineno, "ngettext", (f"{{n}} {noun}", f"{{n}} {noun}s"), []
            for argument in node.keywords:
                text = _text(argument.value)
                if argument.arg in _SHOWN and text and not text.isdigit():
                    yield argument.value.lineno, None, text, []


def _counted_noun(node: ast.Call) -> str | None:
    """The noun that `cli.common.counted` counts."""
    is_counted = isinstance(node.func, ast.Name) and node.func.id == "counted" and len(node.args) == 2
    return _text(node.args[1]) if is_counted else None


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _makes_command(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in ("command", "group")


def topic_names(
    file: IO[bytes],
    keywords: Collection[str],  # noqa: ARG001 - Babel's signature
    comment_tags: Collection[str],  # noqa: ARG001
    options: Mapping[str, Any],  # noqa: ARG001
) -> Iterator[Extracted]:
    """The English names in the tables of topics and sections."""
    for number, line in enumerate(file.read().decode().splitlines(), 1):
        if line.startswith("#") or not line:
            continue
        if len(columns := line.split("\t")) == 4 and columns[1].startswith("medtop:"):
            yield number, "message", ("topic", columns[3]), []
        elif " = " in line and "، " in line:
            yield number, "message", ("section", line.partition(" = ")[2].split("، ")[1]), []
