"""Templates are compiled once per language, with what depends on the language only in them."""

from functools import partial
from itertools import count
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader

from newsarchive.i18n import LANGUAGES
from newsarchive.web.interface import Interface
from newsarchive.web.templates import TextEnvironment

_OPTIONS = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True, "auto_reload": False}


def _both(source: str, **values: object) -> dict[str, tuple[str, str]]:
    """By language: the template as Jinja renders it, and as it is compiled for the language."""
    environment = TextEnvironment(Flask(__name__), loader=DictLoader({"page.html": source}), **_OPTIONS)
    return {
        language: (
            environment.get_template("page.html").render(ui=Interface(language), **values),
            environment.in_language(language).get_template("page.html").render(ui=Interface(language), **values),
        )
        for language in LANGUAGES
    }


@pytest.mark.parametrize(
    "source",
    [
        '<p title="{{ ui.text("search") }}">{{ ui.text("footer") }}</p>',
        "{{ ui.language }} {{ ui.direction }} {{ ui.site_title }} {{ ui.number(12345) }}",
        '{{ ui.text("page_number", page=ui.number(3)) }}',
        '{{ ui.text("feed_all" if many else "feed") }}',
        '{% for key, text in (("/", "keys_search"), ("<", "keys_next")) %}{{ key }}{{ ui.text(text) }}{% endfor %}',
        '{% for at in ("sources", "topics") %}{% if here == at %}[{% endif %}{{ ui.text(at ~ "_page") }}{% endfor %}',
        "{% for one in (1, 2, 3) %}{{ one }}{{ ui.text('comma') if not loop.last }}{% endfor %}",
        "{% for one in (1, 2, 3) %}{% set two = one %}{{ two }}{% endfor %}{{ two }}",
        "{% for one in (1, 2) %}{% for two in many %}{{ one }}{{ two }}{{ loop.index }}{% endfor %}{% endfor %}",
        "{% for one in () %}{{ one }}{% else %}none{% endfor %}",
        "{% for code, name in ui.languages %}{{ name }}{% if code == ui.language %}!{% endif %}{% endfor %}",
        '{% if ui.language == "ar" %}a{% elif many %}b{% elif ui.language == "en" %}c{% else %}d{% endif %}',
        '{% if many == 3 %}a{% elif ui.language == "en" %}b{% elif ui.direction == "rtl" %}c{% else %}d{% endif %}',
        '{% macro one(ui, text) %}<i>{{ text }}</i>{% endmacro %}{{ one(ui, ui.text("search")) }}',
        '{% set ui2 = {"text": many} %}{{ ui2.text }}',
    ],
)
@pytest.mark.parametrize("many", ["", "<3"])
def test_a_template_says_the_same_in_each_language(source: str, many: str) -> None:
    for plain, compiled in _both(source, many=many, here="topics").values():
        assert compiled == plain


@given(st.text("<p> \t\n&;x", max_size=30))
def test_only_indentation_is_left_out(text: str) -> None:
    for plain, compiled in _both(text).values():
        assert compiled.split() == plain.split()
        assert [line.strip() for line in plain.splitlines() if line.strip()] == [
            line.strip() for line in compiled.splitlines() if line.strip()
        ]


def test_templates_call_functions_and_macros_alike() -> None:
    source = (
        "{% macro item(text) %}<i>{{ text }}</i>{{ caller() if caller }}{% endmacro %}"
        "{% for one in many %}{{ item(shout(one)) }}{% call item(one) %}!{% endcall %}{% endfor %}"
    )
    for plain, compiled in _both(source, many=("a", "<"), shout=str.upper).values():
        assert compiled == plain == "<i>A</i><i>a</i>!<i>&lt;</i><i>&lt;</i>!"


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        _both('{{ ui.text("no such text") }}')


def test_a_text_is_not_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = TextEnvironment(
        Flask(__name__), loader=DictLoader({"page.html": '{{ ui.text("search") }}'}), **_OPTIONS
    )
    template = environment.in_language("en").get_template("page.html")
    monkeypatch.setattr(Interface, "text", None)
    assert template.render(ui=None) == "Search"


def _kept(environment: TextEnvironment, prefix: str = "", endpoint: str | None = "pages.search", lang: str = "") -> str:
    return environment.get_template("page.html").render(
        request=SimpleNamespace(script_root=prefix, endpoint=endpoint), links=SimpleNamespace(language=lang or None)
    )


def test_what_is_kept_is_rendered_once_for_each_kind_of_page() -> None:
    source = "{% kept %}<b>{{ number() }}</b>{% endkept %}{% kept %}{{ '<' }}{% endkept %}"
    environment = TextEnvironment(Flask(__name__), loader=DictLoader({"page.html": source}), **_OPTIONS)
    environment.globals["number"] = partial(next, count())
    arabic, english = environment.in_language("ar"), environment.in_language("en")
    assert [_kept(arabic), _kept(arabic), _kept(english), _kept(arabic)] == [
        "<b>0</b>&lt;",
        "<b>0</b>&lt;",
        "<b>1</b>&lt;",
        "<b>0</b>&lt;",
    ]
    others = [_kept(arabic, prefix="/news"), _kept(arabic, endpoint=None), _kept(arabic, lang="ar")]
    assert others == ["<b>2</b>&lt;", "<b>3</b>&lt;", "<b>4</b>&lt;"]


def test_prefixes_that_a_proxy_names_do_not_fill_the_memory() -> None:
    environment = TextEnvironment(
        Flask(__name__), loader=DictLoader({"page.html": "{% kept %}x{% endkept %}"}), **_OPTIONS
    ).in_language("ar")
    for number in range(2_100):
        _kept(environment, prefix=f"/{number}")
    assert len(environment.kept) == 2_000
