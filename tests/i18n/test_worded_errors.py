"""Every error of newsarchive, and every sentence in the code, is a text that can be said in other languages."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

import newsarchive.errors
from newsarchive.errors import NewsArchiveError
from tests.i18n.syntax import Module, Package, called, modules, parsed


def error_classes() -> dict[str, type[NewsArchiveError]]:
    """The classes of errors of newsarchive, wherever they are defined."""
    found = _errors_in(newsarchive.errors)
    for module in modules():
        bases = {
            ast.unparse(base) for node in module.tree.body if isinstance(node, ast.ClassDef) for base in node.bases
        }
        if bases & found.keys():
            found |= _errors_in(import_module(module.path))
    return found


def _errors_in(module: ModuleType) -> dict[str, type[NewsArchiveError]]:
    classes = {name: one for name, one in vars(module).items() if isinstance(one, type)}
    return {name: one for name, one in classes.items() if issubclass(one, NewsArchiveError)}


ERRORS = error_classes()
SPOKEN = {"worded", "listed", "words_of", "mapped", "describe_fault"}
"""What makes a text that can be said in another language."""
WORDS_OF_ERRORS = {"reason", "failure", "problem"}
"""Attributes with the text of an error or of a part of one, which was checked where it was made."""
KEPT = {
    ("search/opensearch/builds.py", "IndexDamaged"): "read back from the cluster",
    ("search/whoosh_index/storage/folder.py", "IndexDamaged"): "read back from a file",
}
"""Errors whose text isn't made here."""


class Messages:
    """Finds out where the messages of errors come from."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._asked: set[ast.AST] = set()

    def faults(self) -> Iterator[str]:
        """The errors whose message isn't a text that can be translated."""
        for name, error in ERRORS.items():
            for module, node in self._package.calls[name]:
                if (module.name, name) in KEPT or self._is_spoken(module, *message_in(node, error)):
                    continue
                yield f"{module.name}:{node.lineno}: {ast.unparse(node)}"

    def _is_spoken(self, module: Module, *nodes: ast.expr) -> bool:
        return all(self._is_one_spoken(module, node) for node in nodes)

    def _is_one_spoken(self, module: Module, node: ast.expr) -> bool:
        if node in self._asked:  # a function that calls itself
            return True
        self._asked.add(node)
        match node:
            case ast.Call():
                return called(node) in SPOKEN or self._returns_spoken(called(node))
            case ast.IfExp():
                return self._is_spoken(module, node.body, node.orelse)
            case ast.BoolOp():
                return self._is_spoken(module, *node.values)
            case ast.Name():
                return self._is_name_spoken(module, node)
        is_empty = isinstance(node, ast.Constant) and node.value == ""
        return is_empty or (isinstance(node, ast.Attribute) and node.attr in WORDS_OF_ERRORS)

    def _returns_spoken(self, name: str) -> bool:
        returned = [
            (module, node.value)
            for module, function in self._package.functions[name]
            for node in ast.walk(function)
            if isinstance(node, ast.Return) and node.value is not None
        ]
        return bool(returned) and all(self._is_spoken(module, value) for module, value in returned)

    def _is_name_spoken(self, module: Module, node: ast.Name) -> bool:
        values = self._package.assigned(module, node)
        scope = module.scope(node)
        if isinstance(scope, ast.FunctionDef) and not values:
            arguments = scope.args.args + scope.args.kwonlyargs
            if node.id in {one.arg for one in arguments}:
                values = self._package.given(scope, node.id)
        return bool(values) and all(self._is_spoken(where, value) for where, value in values)


def message_in(call: ast.Call, error: type[NewsArchiveError]) -> list[ast.expr]:
    """The message of a call that makes an error; none if the error makes it itself."""
    place, name = message_of(error)
    return [*(one.value for one in call.keywords if one.arg == name), *call.args[place : place + 1 if name else place]]


def message_of(error: type[NewsArchiveError]) -> tuple[int, str]:
    """The place and the name of the message among the arguments; no name if the error makes it of other values."""
    if error.__init__ is Exception.__init__:
        return 0, "message"
    names = list(inspect.signature(error).parameters)
    # The reason of a refused request is what the cluster said.
    name = next((one for one in ("message", "reason") if one in names), "") if "status" not in names else ""
    return (names.index(name), name) if name else (0, "")


def test_every_error_can_be_said_in_another_language() -> None:
    assert list(Messages(Package(modules())).faults()) == []


@pytest.mark.parametrize(
    "source",
    [
        'raise ConfigError("it is wrong")',
        'raise ConfigError(f"{path} is wrong")',
        "raise ConfigError(str(error))",
        'raise IngestError(worded("place"), "it is wrong")',
        'def why():\n    return "wrong" if bad else worded("bad")\nraise SearchError(why())',
        'WRONG = "it is wrong"\nraise SearchError(WRONG)',
        'def fail(why):\n    raise SearchError(why)\nfail(worded("bad"))\nfail("it is wrong")',
        'raise CorruptArchive(path, 3, reason="wrong")',
        'why = "it is wrong"\nraise errors.ArchiveError(why or worded("bad"))',
    ],
)
def test_errors_in_plain_english_are_found(source: str) -> None:
    assert len(list(Messages(Package((parsed("one.py", source),))).faults())) == 1
    good = re.sub(r'(?<!worded\()f?"(?:it is )?(?:\{path\} is )?wrong"|str\(error\)', 'worded("wrong")', source)
    assert list(Messages(Package((parsed("one.py", good),))).faults()) == []


def templates(package: Package) -> Iterator[tuple[str, ast.expr]]:
    """What texts are made of, with the place of each: the template of a text, the separator of a list."""
    for name, place in (("worded", 0), ("listed", 1)):
        for module, call in package.calls[name]:
            if module.name != "wording.py" and len(call.args) > place:
                yield f"{module.name}:{call.lineno}", call.args[place]


def test_templates_are_literals_so_that_catalogues_have_them() -> None:
    found = {place: one for place, one in templates(Package(modules())) if not isinstance(one, ast.Constant)}
    # This one takes its template from a table of texts.
    assert {ast.unparse(one) for one in found.values()} == {"_NUMBERS[name].template"}


def test_separators_have_no_words() -> None:
    package = Package(modules())
    separators = {call.args[1] for _, call in package.calls["listed"] if len(call.args) > 1}
    assert [
        one.value for one in separators if isinstance(one, ast.Constant) and re.search("[a-z]", str(one.value))
    ] == []


# Sentences anywhere

_SENTENCE = re.compile(r"(?<![\w<>/=-])[A-Za-z][a-z']*(?:,? [a-z']{2,}| a){2,}(?![\w=])")
"""Three English words."""
_SQL = re.compile(r"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|ORDER BY|WHERE)\b|^[a-z]+(?:, [a-z]+){3,}$")
_TRANSLATED = {"worded", "listed", "_", "mark", "mark_plural", "ngettext", "message", "counted"}
_LOGS = {"debug", "info", "warning", "error", "exception"}
_SHOWN_LATER = {"help", "show_default", "short_help"}
"""Arguments of click, which are translated when they are shown."""
NOT_FOR_READERS = {
    "web/api/": "the API and its description are English",
    "web/crawling.py": "robots and their files",
    "web/download.py": "seen by nobody: the client is gone",
    "web/export_slots.py": "a reason in the log",
    "web/invalid_parameter.py": "other names of parameters",
    "web/site_address.py": "for programs that send malformed requests",
    "web/subscriptions.py": "metrics for programs",
    "web/unapi.py": "an interface for programs",
    "serving/connection.py": "for programs that send malformed requests",
    "citing/": "notes in files of citations, and words of names",
    "canonical_url.py": "names of parameters",
    "arabic/": "words in dates",
    "search/language/relative_dates.py": "words in queries",
    "ingest/readers/json_shapes.py": "names of keys",
    "ingest/readers/json_values.py": "names of keys",
    "ingest/readers/pages/": "names in pages",
    "search/opensearch/nodes.py": "versions, of which “or a later” is a part",
}
PROGRAMMING_MISTAKES = {"TypeError", "AssertionError", "AttributeError", "KeyError"}
KEPT_SENTENCES = {
    "The topic model of one archive": "the head of a file, which is the same in every language",
    "…  has no column": "a mistake in the program",
}


def sentences(found: tuple[Module, ...]) -> Iterator[str]:
    """The literals in English words that no catalogue has."""
    for module in found:
        if module.name.startswith(tuple(NOT_FOR_READERS)):
            continue
        for node in module.parents:
            text = _literal(node)
            if not _SENTENCE.search(text) or _SQL.search(text) or text.startswith(tuple(KEPT_SENTENCES)):
                continue
            if not _is_translated(module, node):
                yield f"{module.name}:{node.lineno}: {text}"  # type: ignore[attr-defined]


def _literal(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return " ".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_translated(module: Module, node: ast.AST) -> bool:
    above = list(module.above(node))
    if isinstance(above[0], ast.Expr | ast.JoinedStr) or any(isinstance(one, ast.Assert) for one in above):
        return True  # a docstring, a part of a literal, or what an assertion says
    return any(
        called(one) in _TRANSLATED | _LOGS | PROGRAMMING_MISTAKES | {"compile", "search", "split"}
        or (isinstance(one, ast.keyword) and one.arg in _SHOWN_LATER)
        for one in above
    )


def test_sentences_are_in_the_catalogues() -> None:
    assert list(sentences(modules())) == []


@pytest.mark.parametrize("source", ['x = "there is nothing here"', 'echo(f"{n} of the rows are lost")'])
def test_sentences_in_plain_english_are_found(source: str) -> None:
    assert len(list(sentences((parsed("one.py", source),)))) == 1
    assert list(sentences((parsed("one.py", f"_log.info({source.partition('= ')[2] or source[5:-1]})"),))) == []
