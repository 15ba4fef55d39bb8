"""The environment of the templates, which compiles each of them once per language, with its texts in it.

A page has a hundred texts, and most of them depend on nothing but the language. A template that looks each of them up,
and escapes it, takes longer for them than for all the rest. So while a template is compiled for a language, `ui.text`
of a constant key becomes the text itself, a loop over constants becomes what it repeats, and a condition that is known
is decided; what is next to each other then is one piece, which is only copied. Indentation isn't sent.

What is between `{% kept %}` and `{% endkept %}` is rendered once for each kind of page: it may depend on the language,
the endpoint and the site, but not on the reader, the search or the archive. It can't be in a loop or a macro.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from copy import deepcopy
from itertools import count
from typing import Any, cast

from flask import Flask, Request
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from newsarchive.i18n import LANGUAGES, Language
from newsarchive.web.context import current_interface
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links

_INTERFACE = "ui"
"""The name of the `Interface` in every template."""
_INDENTATION = re.compile(r"[ \t]*\n\s*")
_MOST_KEPT = 2_000
"""Behind a proxy, the prefix of the paths may come from a header of the request, so their number must be bounded."""
_places = count()
"""The numbers of the tags `kept`."""
_OF_LANGUAGE = ("language", "direction", "languages")
"""The attributes of an `Interface` that depend on the language only."""
_MAKING_NAMES = (
    nodes.Assign,
    nodes.AssignBlock,
    nodes.Macro,
    nodes.Import,
    nodes.FromImport,
    nodes.Block,
    nodes.CallBlock,
)


class _Context(Context):
    """The names of a template while it is rendered."""

    def call(self, obj: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls.

        Jinja looks each time whether the function is one of its own kind, which gets the context. Here only macros are.
        """
        if isinstance(obj, Macro):
            return super().call(obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return obj(*args, **kwargs)


class TextEnvironment(Environment):
    """Loads templates in the language of the page that they are for."""

    context_class = _Context

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.add_extension(_Kept)
        self.kept: dict[tuple[int | str | None, ...], Markup] = {}
        self.language: Language | None = None
        self._languages: dict[Language, TextEnvironment] = {}

    def in_language(self, language: Language) -> "TextEnvironment":
        """The environment whose templates are in a language."""
        found = self._languages.get(language)
        if found is None:
            found = self.overlay()
            found.language = language
            found.kept = {}
            self._languages[language] = found
        return found

    def get_or_select_template(self, template_name_or_list: Any, *args: Any, **options: Any) -> Template:
        """The template for the page of this request."""
        language = current_interface().language
        chosen = self if self.language == language else self.in_language(language)
        return super(TextEnvironment, chosen).get_or_select_template(template_name_or_list, *args, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template as one dictionary: Jinja's chain of two is copied name by name for each page.

        So the globals of the environment must be complete before the first template is loaded.
        """
        return {**self.globals, **(d or {})}

    def load_all(self) -> None:
        """Compile all templates in all languages."""
        for language in LANGUAGES:
            environment = self.in_language(language)
            for name in environment.list_templates(extensions=["html"]):
                environment.get_template(name)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        if self.language is not None:
            source = cast(nodes.Template, _Texts(self, self.language).visit(source))
        return super()._generate(source, name, filename, defer_init)


class _Kept(Extension):
    """The tag `kept`."""

    tags = {"kept"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: Parser) -> nodes.Node:
        """Make a call of `_keep` with the content of the tag."""
        line = next(parser.stream).lineno
        content = parser.parse_statements(("name:endkept",), drop_needle=True)
        names = [nodes.Name("request", "load"), nodes.Name("links", "load")]
        call = self.call_method("_keep", [nodes.Const(next(_places)), *names])
        return nodes.CallBlock(call, [], [], content).set_lineno(line)

    def _keep(self, place: int, request: Request, links: Links, caller: Callable[[], Markup]) -> Markup:
        kept = cast(TextEnvironment, self.environment).kept
        key = place, request.script_root, request.endpoint, links.language
        found = kept.get(key)
        if found is None:
            found = caller()
            # A template that is edited while the site runs may be read again.
            if len(kept) < _MOST_KEPT and not self.environment.auto_reload:
                kept[key] = found
        return found


class _Texts(NodeTransformer):
    """Puts what depends on the language only into a template."""

    def __init__(self, environment: TextEnvironment, language: Language) -> None:
        self._environment = environment
        self._interface = Interface(language)

    def generic_visit(self, node: nodes.Node, *args: Any, **options: Any) -> nodes.Node:
        """Visit the children, and join outputs that follow each other."""
        node = super().generic_visit(node, *args, **options)
        for _, children in node.iter_fields():
            if isinstance(children, list):
                children[:] = _joined(children)
        return node

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802 - named by Jinja
        return nodes.TemplateData(_INDENTATION.sub("\n", node.data), lineno=node.lineno)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        is_text = isinstance(node.node, nodes.Getattr) and node.node.attr == "text" and _is_interface(node.node.node)
        has_more = node.kwargs or node.dyn_args or node.dyn_kwargs
        if not is_text or has_more or len(node.args) != 1 or not isinstance(key := node.args[0], nodes.Const):
            return node
        return self._const(self._interface.text(key.value), node)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if node.attr in _OF_LANGUAGE and _is_interface(node.node):
            return self._const(getattr(self._interface, node.attr), node)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        return self._folded(node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        return self._folded(node)

    def visit_If(self, node: nodes.If) -> nodes.Node | list[nodes.Node]:  # noqa: N802
        # An `elif` must stay one.
        others, node.elif_ = node.elif_, []
        for other in (node, *others):
            self.generic_visit(other)
        node.elif_ = others
        if not isinstance(node.test, nodes.Const):
            return node
        if node.test.value:
            return node.body
        if not node.elif_:
            return node.else_
        first, *others = others
        first.elif_, first.else_ = others, node.else_
        return first

    def visit_For(self, node: nodes.For) -> nodes.Node | list[nodes.Node]:  # noqa: N802
        node.iter = cast(nodes.Expr, self.visit(node.iter))
        values = _constants(node.iter)
        if values is None or node.test or node.else_ or node.recursive or _needs_loop(node):
            self.generic_visit(node)
            return node
        repeated: list[nodes.Node] = []
        for value in values:
            given = _given(node.target, value)
            for child in deepcopy(node.body, {id(node.environment): node.environment}):
                repeated += self.visit_list(_Given(given).visit(child))
        return repeated

    def _folded(self, node: nodes.Expr) -> nodes.Node:
        self.generic_visit(node)
        try:
            return self._const(node.as_const(), node)
        except nodes.Impossible:
            return node

    def _const(self, value: object, node: nodes.Node) -> nodes.Const:
        return nodes.Const(value, lineno=node.lineno, environment=self._environment)


class _Given(NodeTransformer):
    """Puts constants where names have been."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802
        if node.ctx != "load" or node.name not in self._given:
            return node
        return nodes.Const(self._given[node.name], lineno=node.lineno, environment=node.environment)


def _joined(children: list[Any]) -> list[Any]:
    joined: list[Any] = []
    for child in children:
        if isinstance(child, nodes.Output) and joined and isinstance(joined[-1], nodes.Output):
            joined[-1].nodes += child.nodes
        else:
            joined.append(child)
    return joined


def _is_interface(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == _INTERFACE


def _constants(node: nodes.Node) -> tuple[Any, ...] | None:
    """What is in a tuple of constants; None for anything else."""
    try:
        value = cast(nodes.Expr, node).as_const()
    except nodes.Impossible:
        return None
    return value if isinstance(value, tuple) else None


def _needs_loop(node: nodes.For) -> bool:
    """Whether a loop makes names, which would outlive it, or asks how often it is repeated."""
    makes = any(True for child in node.body for _ in _all_of(child, _MAKING_NAMES))
    return makes or any(name.name == "loop" for child in node.body for name in _all_of(child, nodes.Name))


def _all_of(node: nodes.Node, kind: Any) -> list[Any]:
    return [*([node] if isinstance(node, kind) else []), *node.find_all(kind)]


def _given(target: nodes.Node, value: Any) -> dict[str, object]:
    """The value of each name in the target of a loop."""
    if isinstance(target, nodes.Name):
        return {target.name: value}
    names = cast(list[nodes.Name], cast(nodes.Tuple, target).items)
    return {name.name: one for name, one in zip(names, value, strict=True)}
