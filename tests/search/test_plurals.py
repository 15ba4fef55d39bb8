"""Broken plurals: a search for a noun finds the other number, and counts it less."""

from pathlib import Path

import pytest

from newsarchive.arabic.fold import fold
from newsarchive.arabic.stem import stem
from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import Match, SearchRequest, SearchResults
from newsarchive.search.language.plurals import Plurals, Sign, forms_of_noun, own_plurals
from tests.libraries import filled, open_archive

PAIRS = """
كتاب كتب | مدرسة مدارس | رجل رجال | مدينة مدن | وزير وزراء | رئيس رؤساء | خبر أخبار | طفل أطفال |
شارع شوارع | عاصمة عواصم | حزب أحزاب | قائد قادة | صحيفة صحف | شهر أشهر | مشروع مشاريع |
سجين سجناء | امرأة نساء | يوم أيام | فيلم أفلام | بنك بنوك | شاب شباب |
شهر شهور | نتيجة نتائج | ميناء موانئ | لاعب_لاعبين | قرية_قرى | جريح جرحى | مستوطنة_مستوطنات |
مليون ملايين | عقد عقود | كردي أكراد | قاضي قضاة | صاروخ صواريخ | بئر آبار | ضحية ضحايا |
مغربي مغاربة | أفريقي أفارقة | قرصان قراصنة | معنى معاني
"""
"""Nouns with their broken plurals; where «_» joins two words, the stem unites them."""

INFLECTED = """
الكتاب الكتب | كتابها بكتبهم | للمدينة بالمدن | ومدينتهم مدنها | والمدارس بمدرستهم |
فيلمين الأفلام | للأطفال طفلان | بنكها والبنوك
"""

APART = """
مكتبة مكاتب | كتاب يكتب | كتب كاتب | مدرس مدارس | أثر أثار | مهم مهام | كتابة كتب |
عدد إعداد | جمال جملة | أسد أسود | سنة أسنان | رجل أرجل | علم إعلام | حكم حاكم | قدم أقدام
"""


def pairs(table: str) -> list[tuple[str, str]]:
    found = [pair.replace("_", " ").split() for pair in table.split("|")]
    return [(first, second) for first, second in found]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = open_archive(tmp_path_factory.mktemp("plurals"), create=True)
    with ArchiveWriter(library.archive) as writer:
        words = sorted({word for table in (PAIRS, INFLECTED, APART) for pair in pairs(table) for word in pair})
        writer.append([Article(id=word, title="", body=f"هذا كل {word} هنا") for word in words])
        writer.append(
            [
                Article(id="one", title="", body="صدر كتابها الجديد"),
                Article(id="many", title="", body="صدرت كتبها الجديدة"),
                Article(id="no-star", title="", body="قطط سمراء"),
            ]
        )
    library.update_index()
    return library


def search(library: Library, query: str, match: Match = Match.ALL) -> SearchResults:
    return library.search(SearchRequest(text=query, match=match, limit=100))


def found(library: Library, query: str) -> set[str]:
    return {hit.article.id for hit in search(library, query).hits}


@pytest.mark.parametrize(("first", "second"), pairs(PAIRS + "|" + INFLECTED))
def test_each_number_finds_the_other(library: Library, first: str, second: str) -> None:
    assert {first, second} <= found(library, first)
    assert {first, second} <= found(library, second)


@pytest.mark.parametrize(("first", "second"), pairs(APART))
def test_other_words_are_not_found(library: Library, first: str, second: str) -> None:
    assert second not in found(library, first)
    assert first not in found(library, second)


@pytest.mark.parametrize("query", ["=كتاب", '"كتاب الجديد"', "كتا*", '"صدر كتابها"'])
def test_exact_words_phrases_and_prefixes_have_no_other_number(library: Library, query: str) -> None:
    results = search(library, query)
    assert results.expansions == ()
    assert "many" not in {hit.article.id for hit in results.hits}


@pytest.mark.parametrize("query", ["المعنيين", "معنيين"])
def test_a_plural_of_another_word_has_no_other_number(library: Library, query: str) -> None:
    assert search(library, query).expansions == ()
    assert "معاني" in found(library, "معنى")


def test_an_excluded_noun_excludes_only_its_own_number(library: Library) -> None:
    assert "many" in found(library, "الجديدة -كتاب")
    assert "many" not in found(library, "الجديدة -كتب")
    assert "one" in found(library, "كتاب -كتب")


def test_the_other_number_counts_less_and_is_one_word(library: Library) -> None:
    hits = {hit.article.id: hit.score for hit in search(library, "كتابها").hits}
    assert hits["one"] > hits["many"] > 0
    assert {"one", "many"} <= found(library, "كتاب الجديدة")


def test_the_other_number_is_reported_highlighted_and_can_be_excluded(library: Library) -> None:
    results = search(library, "كتابها الجديد")
    assert [(item.word, item.forms) for item in results.expansions] == [("كتابها", ("كتب",))]
    assert results.expansions[0].exact_query == "=كتابها الجديد"
    marked = {run for hit in results.hits for run, is_marked in hit.snippet.runs() if is_marked}
    assert {"كتابها", "كتبها"} <= marked
    assert not any(reason for hit in results.hits for reason in hit.reasons if not reason.forms)


def test_the_list_is_clean() -> None:
    pairs = list(own_plurals())
    assert len(pairs) > 1500
    assert all(word != other for word, other in pairs)
    assert all(word.isalpha() and 2 <= len(word) <= 12 for pair in pairs for word in pair)
    # Both folded words are also other common words.
    words = {word for word, _ in pairs}
    assert not words & {"اثار", "ثار", "اعلام", "اعداد", "اسود", "ابن", "قطر", "نفس"}


def test_each_listed_word_finds_its_partner_by_its_stem_or_form() -> None:
    plurals = own_plurals()
    for word, other in plurals:
        if stem(word) != stem(other):
            assert other in {partner.text for partner in plurals.of(forms_of_noun(word)[0])}, (word, other)


def test_a_line_may_have_several_plurals() -> None:
    plurals = Plurals("# comment\nشهر\tأشهر شهور\n")
    assert [partner.shown for partner in plurals.of("شهر")] == ["أشهر", "شهور"]
    assert [partner.shown for partner in plurals.of(fold("بالأشهر"))] == ["شهر"]


def test_a_word_with_a_star_is_ambiguous() -> None:
    plurals = Plurals("ولد*\tأولاد\n")
    assert [(partner.text, partner.sign) for partner in plurals.of("اولاد")] == [("ولد", Sign.NOUN)]
    assert [(partner.text, partner.sign) for partner in plurals.of("ولد")] == [("اولاد", Sign.NONE)]


@pytest.mark.parametrize(
    ("query", "texts", "others"),
    [
        ("كتاب", ["قرأ الكتب", "وردت في كتب قديمة", "باع عدة كتب", "وصف بكتبهم"], ["كتب الوزير رسالة", "رسالة كتبها"]),
        ("عقود", ["وقع عقدا", "انتهى العقد", "بين كل عقد وآخر"], ["عقد الوفد جلسة", "دعا لعقد قمة", "رغب في عقد قمة"]),
        ("علماء", ["تحدث أول عالم"], ["كأس العالم", "حول عالم الرياضة"]),
        ("أشكال", ["لا يوجد أي شكل"], ["زاد بشكل كبير", "شكل الوزير لجنة"]),
    ],
)
def test_a_partner_with_a_sign_is_found_only_where_it_is_the_noun(
    tmp_path: Path, query: str, texts: list[str], others: list[str]
) -> None:
    library = filled(tmp_path, [Article(id=text, title="", body=text) for text in (*texts, *others)])
    assert found(library, query) == set(texts)


def test_an_ambiguous_partner_is_found_only_as_a_noun(tmp_path: Path) -> None:
    texts = {"noun": "لعب الولد هنا", "with": "سلم بولدها", "verb": "ولد اللاعب هنا", "typed": "جاء الأولاد"}
    library = filled(tmp_path, [Article(id=name, title="", body=body) for name, body in texts.items()])
    assert found(library, "أولاد") == {"noun", "with", "typed"}
