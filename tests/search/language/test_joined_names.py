"""Names that are written as one word or as two: what a query for either of them finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.tokens import words
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest, SearchResults
from newsarchive.search.language.joined_names import belong_together, forms, splits
from tests.libraries import filled

TEXTS = {
    "nasr-1": "قال حسن نصرالله أمس",
    "nasr-2": "قال حسن نصر الله أمس",
    "nasr-3": "لقاء لنصرالله وخطاب",
    "by-god": "اقسم بالله العظيم",
    "victory": "نصر كبير والحمد لله",
    "rabbo-1": "الرئيس عبدربه منصور",
    "rabbo-2": "الرئيس عبد ربه منصور",
    "wahab-1": "غنى عبدالوهاب كثيرا",
    "wahab-2": "غنى محمد عبد الوهاب كثيرا",
    "slave": "عبد اشتراه رجل من الوهاب",
    "nour-1": "النائب نورالدين البحيري",
    "nour-2": "النائب نور الدين البحيري",
    "parents": "زار والدين كبيرين",
    "sayf-1": "ظهر سيفالإسلام القذافي",
    "sayf-2": "ظهر سيف الإسلام القذافي",
    "sword": "حمل سيف قديم ودين الإسلام",
    "bakr-1": "أبوبكر البغدادي",
    "bakr-2": "أبي بكر البغدادي",
    "bakr-3": "أبو بكر البغدادي",
    "bakr-4": "أبا بكر البغدادي",
    "my-father": "قال أبي إنه متعب",
    "doors": "فتحت أبواب المدينة",
    "guerdane-1": "أمن بنقردان",
    "guerdane-2": "أمن بن قردان",
    "salman-1": "الأمير محمد ابن سلمان",
    "salman-2": "الأمير محمد بن سلمان",
    "son": "حضر ابن الوزير",
    "banks": "بنوك وبنات وبناية",
    "aziz-1": "الملك عبد الله بن عبد العزيز",
    "aziz-2": "الملك عبدالله بن عبدالعزيز",
    "omdurman-1": "زار أمدرمان",
    "omdurman-2": "زار أم درمان",
    "fakhr-1": "وصل فخرالدين باشا",
    "fakhr-2": "وصل فخر الدين باشا",
    "badr-1": "رأي بدرالدين مهم",
    "badr-2": "رأي بدر الدين مهم",
    "hizb-1": "موقف حزبالله واضح",
    "hizb-2": "موقف حزب الله واضح",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    articles = [Article(id=name, title="", body=text) for name, text in TEXTS.items()]
    return filled(tmp_path_factory.mktemp("joined"), articles)


def search(library: Library, query: str) -> SearchResults:
    return library.search(SearchRequest(text=query, limit=100))


def found(library: Library, query: str) -> set[str]:
    results = search(library, query)
    assert results.notices == ()
    return {hit.article.id for hit in results.hits}


BAKR = {"bakr-1", "bakr-2", "bakr-3", "bakr-4"}


@pytest.mark.parametrize(
    ("queries", "ids"),
    [
        (("نصرالله", "ونصرالله", "لنصرالله", "حسن نصرالله"), {"nasr-1", "nasr-2"}),
        (("نصر الله", "ونصر الله", "لنصر الله", "حسن نصر الله"), {"nasr-1", "nasr-2"}),
        (("عبدربه", "عبد ربه", "وعبدربه", "عبد ربه منصور"), {"rabbo-1", "rabbo-2"}),
        (("عبدالوهاب", "لعبدالوهاب"), {"wahab-1", "wahab-2"}),
        (("عبد الوهاب", "عبد الوهاب كثيرا"), {"wahab-1", "wahab-2"}),
        (("نورالدين", "نور الدين", "بنورالدين"), {"nour-1", "nour-2"}),
        (("سيفالإسلام", "سيف الإسلام القذافي"), {"sayf-1", "sayf-2"}),
        (("أبوبكر", "أبو بكر", "أبي بكر", "أبا بكر", "لأبي بكر", "أبو بكر البغدادي"), BAKR),
        (("بنقردان", "بن قردان"), {"guerdane-1", "guerdane-2"}),
        (("محمد بن سلمان", "ابن سلمان", "بن سلمان"), {"salman-1", "salman-2"}),
        (("عبد الله بن عبد العزيز", "عبدالله بن عبدالعزيز", "عبدالله بن عبد العزيز"), {"aziz-1", "aziz-2"}),
        (("أمدرمان", "أم درمان"), {"omdurman-1", "omdurman-2"}),
        (("فخرالدين", "فخر الدين"), {"fakhr-1", "fakhr-2"}),
        (("بدرالدين", "بدر الدين"), {"badr-1", "badr-2"}),
        (("حزبالله", "حزب الله"), {"hizb-1", "hizb-2"}),
    ],
)
def test_a_name_is_found_joined_and_apart(library: Library, queries: tuple[str, ...], ids: set[str]) -> None:
    for query in queries:
        assert ids <= found(library, query), query


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("سيفالإسلام", {"sword"}),
        ("عبد الوهاب", {"slave"}),
        ("لعبد الوهاب كثيرا", {"slave"}),
        ("عبدالوهاب", {"slave"}),
        ("نصرالله", {"victory", "by-god", "hizb-2"}),
        ("بالله", {"nasr-1"}),
        ("والدين", {"nour-1"}),
        ("نورالدين", {"parents"}),
        ("أبي", {"bakr-1", "bakr-3"}),
        ("أبو بكر", {"my-father", "doors"}),
        ("أبواب", {"bakr-1", "bakr-3"}),
        ("ابن الوزير", {"salman-1", "salman-2"}),
        ("بن", {"salman-1", "son"}),
        ("بن سلمان", {"son", "banks", "guerdane-2"}),
        ("ابن", {"salman-2", "guerdane-2"}),
    ],
)
def test_ordinary_words_are_not_names(library: Library, query: str, ids: set[str]) -> None:
    assert not ids & found(library, query)


@pytest.mark.parametrize(
    ("typed", "are_one"),
    [
        *((name, True) for name in ("عبد الله", "لعبد ربه", "أبو ظبي", "بن قردان", "وابن سلمان", "أبا الخيل")),
        *((words, False) for words in ("عبد عام", "أبي متعب", "نصر الله", "محمد علي", "بن على", "أم درمان")),
    ],
)
def test_words_that_are_only_in_names_belong_to_the_next_one(typed: str, are_one: bool) -> None:
    assert belong_together(words(typed)) is are_one


@pytest.mark.parametrize("query", ["=نصرالله", '"نصرالله أمس"', "نصرا*"])
def test_exact_words_phrases_and_prefixes_are_searched_as_typed(library: Library, query: str) -> None:
    assert found(library, query) <= {"nasr-1", "nasr-3"}
    assert search(library, query).expansions == ()


def test_the_other_forms_are_reported_and_highlighted(library: Library) -> None:
    results = search(library, "محمد بن سلمان أبوبكر")
    assert [(item.word, item.forms) for item in results.expansions] == [
        ("بن سلمان", ("ابن سلمان",)),
        ("أبوبكر", ("أبو بكر", "أبي بكر", "أبا بكر")),
    ]
    assert results.expansions[1].exact_query == "محمد بن سلمان =أبوبكر"
    marked = {run for hit in search(library, "نصرالله").hits for run, is_marked in hit.snippet.runs() if is_marked}
    assert {"نصرالله", "نصر", "الله"} <= marked


def test_the_first_letter_of_a_name_is_no_clitic(library: Library) -> None:
    assert search(library, "فخرالدين").expansions[0].forms == ("فخر الدين",)


@pytest.mark.parametrize(
    "word",
    ["والدين", "بالله", "والله", "أبيض", "بنسبة", "بنعمة", "رسالة", "استقلالية", "عبدة", "بنات", "تالله", "مقالات"],
)
def test_ordinary_words_have_no_parts(word: str) -> None:
    assert list(splits(word.replace("أ", "ا").replace("ة", "ه"))) == []


@given(st.lists(st.text(alphabet="ابنعدولهيسرمت", min_size=1, max_size=10), min_size=1, max_size=3))
def test_forms_have_the_letters_that_were_typed(run: list[str]) -> None:
    for form in forms(run):
        assert form != tuple(run)
        assert all(form)
        assert sum(map(len, form)) <= sum(map(len, run)) + 2
