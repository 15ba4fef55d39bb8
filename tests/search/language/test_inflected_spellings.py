"""Two spellings of a name find the same articles in every inflection, from both sides."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.arabic.fold import fold
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.language.spellings import parse_spellings
from newsarchive.tables import SPELLINGS
from tests.libraries import filled

GROUPS = parse_spellings(
    (Path(parse_spellings.__code__.co_filename).parent / SPELLINGS).read_text(encoding="utf-8"), SPELLINGS
)
CLITICS = ("", "و", "ف", "ب", "ل", "ك", "ال", "وال", "فال", "بال", "كال", "لل", "وبال", "ولل", "فلل", "وب", "ول")
SIMPLE_CLITICS = ("", "و", "ل", "ب")
ADJECTIVE_ENDINGS = ("", "ة", "ون", "ين", "ات", "ا", "ان", "تين", "تها", "يها", "وها")
FEMININE_ENDINGS = ("ة", "ات", "تها", "تهم", "تين", "اتها", "تان")
NAME_ENDINGS = ("", "ي", "ية", "يون", "يين", "يات", "ه", "ها", "هم", "نا", "ا", "ات", "يتها")


def endings_of(group: tuple[str, ...]) -> tuple[str, ...]:
    """The endings that all words of a group may have."""
    if all(form.endswith("ة") for form in group):
        return FEMININE_ENDINGS
    if all(form.endswith("ي") for form in group):
        return ADJECTIVE_ENDINGS
    return ("",) if any(form.endswith(("ة", "ي")) for form in group) else NAME_ENDINGS


def inflected(form: str, clitics: str, ending: str) -> str:
    """The form with clitics and an ending; its own article is merged with the clitics."""
    bare = form.removeprefix("ال")
    if clitics.endswith(("ال", "لل")):
        word = clitics + bare
    elif form != bare:
        word = clitics + "ل" + bare if clitics.endswith("ل") else clitics + form
    else:
        word = clitics + form
    return word.removesuffix("ة") + ending if form.endswith("ة") and ending else word + ending


def is_apart(form: str) -> bool:
    return " " in form


WORDS = [tuple(form for form in group if not is_apart(form)) for group in GROUPS]
WORDS = [group for group in WORDS if len(group) > 1]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """One article for each form in some of its inflections, and the rest of its stem's family."""
    folder = tmp_path_factory.mktemp("inflected")
    found: dict[str, None] = {}
    for number, group in enumerate(GROUPS):
        endings = endings_of(group)
        for place, form in enumerate(group):
            for step in range(6):
                some = SIMPLE_CLITICS if any(map(is_apart, group)) else CLITICS
                clitics = some[(number + 5 * step + place) % len(some)] if step else ""
                ending = endings[(number + step) % len(endings)] if step and not any(map(is_apart, group)) else ""
                found[inflected(form, clitics, ending)] = None
    for word in ("غاب", "غابات", "شئ", "كوب", "هيا", "مال", "كابلات", "جاز"):
        found[word] = None
    return filled(folder, [Article(id=f"a{n}", title="", body=f"ذكر {word} فيه") for n, word in enumerate(found)])


def total(library: Library, query: str) -> int:
    """What a search finds, without the page of it that is shown."""
    return library.count(SearchRequest(text=query)).total


def common_total(library: Library, group: tuple[str, ...], clitics: str, ending: str) -> int:
    """What each form of a group finds in one inflection, which must be as much."""
    totals = {word: total(library, word) for word in (inflected(form, clitics, ending) for form in group)}
    assert len(set(totals.values())) == 1, totals
    return next(iter(totals.values()))


@pytest.mark.parametrize("group", WORDS, ids=[group[0] for group in WORDS])
def test_all_forms_of_a_group_find_the_same(library: Library, group: tuple[str, ...]) -> None:
    number = sum(map(ord, group[0]))
    endings = endings_of(group)
    needs_article = sum(form.startswith("ال") for form in group) not in {0, len(group)}
    assert common_total(library, group, "", "") >= 2
    clitics = CLITICS[number % len(CLITICS)]
    if not needs_article:
        common_total(library, group, clitics, endings[(number + 1) % len(endings)])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_inflection_of_any_group_finds_the_same(library: Library, data: st.DataObject) -> None:
    group = data.draw(st.sampled_from([group for group in WORDS if not any(form.startswith("ال") for form in group)]))
    common_total(library, group, data.draw(st.sampled_from(CLITICS)), data.draw(st.sampled_from(endings_of(group))))


APART = [group for group in GROUPS if any(map(is_apart, group))]


@pytest.mark.parametrize("group", APART, ids=[group[0] for group in APART])
@pytest.mark.parametrize("clitics", SIMPLE_CLITICS)
def test_names_of_two_words_find_the_joined_ones(library: Library, group: tuple[str, ...], clitics: str) -> None:
    totals = {form: total(library, clitics + form) for form in group}
    assert len(set(totals.values())) == 1, totals


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("المسئولية", "المسؤولية"),
        ("المسؤولون", "المسئولون"),
        ("وبمسئوليته", "وبمسؤوليته"),
        ("للشئون", "للشؤون"),
        ("شئونها", "شؤونها"),
        ("للأمريكيين", "للأميركيين"),
        ("والأمريكيات", "والأميركيات"),
        ("مئتين", "مائتين"),
        ("بالتليفزيونية", "بالتلفزيونية"),
        ("هيئتها", "هيأتها"),
        ("للغابون", "للجابون"),
        ("للمجر", "لهنغاريا"),
    ],
)
def test_pairs_meet_in_their_inflections(tmp_path: Path, query: str, other: str) -> None:
    library = filled(tmp_path, [Article(id="a", title="", body=query), Article(id="b", title="", body=other)])
    assert total(library, query) == total(library, other) == 2


def test_each_inflection_finds_all_the_others(tmp_path: Path) -> None:
    """Also where an archive has more forms of the word than are searched one by one."""
    forms = [
        inflected(word, clitics, ending)
        for word in ("مسؤول", "مسئول")
        for clitics in ("", "ال", "لل", "وال")
        for ending in ("", "ة", "ين", "ون", "ات", "ية", "يات")
    ]
    library = filled(tmp_path, [Article(id=f"a{n}", title="", body=f"ذكر {word}") for n, word in enumerate(forms)])
    for query in ("مسئول", "مسؤولين", "بمسئولياتها", "مسؤوليته", "والمسئولات"):
        assert total(library, query) == len(forms), query


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("غابون", "غابات"),
        ("جابون", "غابات"),
        ("شؤون", "شئ"),
        ("هيئة", "هيا"),
        ("وليام", "ليم"),
        ("كيف", "كييف"),
        ("مسؤول", "مسألة"),
        ("ماكرون", "مكر"),
        ("الكاميرون", "الكاميرا"),
        ("جورج", "غورباتشوف"),
        ("بكين", "كين"),
    ],
)
def test_words_that_only_look_alike_are_not_found(tmp_path: Path, query: str, other: str) -> None:
    library = filled(tmp_path, [Article(id="a", title="", body=query), Article(id="b", title="", body=other)])
    assert total(library, query) == 1


def test_no_listed_form_is_ordinary_text() -> None:
    assert all(re.fullmatch(r"[\u0620-\u064a ]+", form) and fold(form) for group in GROUPS for form in group)
