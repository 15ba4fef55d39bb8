"""Corrections of words that occur, but far less than the word they are misspelled for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import Match, SearchRequest
from newsarchive.search.scoring.arrays import IntArray
from newsarchive.search.suggesting.correction import Corrector
from newsarchive.search.suggesting.relatives import PROCLITICS, are_related, letters_of_own, with_other_proclitics
from newsarchive.search.suggesting.running_text import is_running_text
from tests.libraries import open_archive

COMMON = (
    "بدأت الانتخابات الأمريكية في واشنطن بحضور المسؤولين والمتظاهرين من الفلسطينيين، وقال طفل من الجمهورية "
    "إن الشركة أعلنت التصريحات عن معايير الاستثمار. كشفت أستانا عن مشروع الاحتياجات. The government of Germany."
)
RARE = [
    "شهدت الانتخبات الامريكية إقبالا",
    "سافر الفلسطنيين أمس",
    "ولد طفيل في القرية",
    "أعلنت الجهمورية موقفها",
    "كشفتا عن السر",
    "المتظاهرات أمام المبنى",
    "جاء في التصربحات",
    "غنت نصراوية من الناصرة",
    "معاييرر غريبة",
    "فاز فريق الاستثنار",
    "the goverrnment said",
    "أستانة مدينة",
]


def make(folder: Path, copies: int) -> Library:
    library = open_archive(folder, create=True)
    with ArchiveWriter(library.archive) as writer:
        texts = [*([COMMON] * copies), *RARE]
        writer.append(
            [Article(id=f"a{number}", title="", body=f"{body} {number}") for number, body in enumerate(texts)]
        )
    library.update_index()
    return library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make(tmp_path_factory.mktemp("rare"), 300)


def suggestion(library: Library, query: str, match: Match = Match.ALL) -> str | None:
    return library.search(SearchRequest(text=query, match=match)).suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("الانتخبات", "الانتخابات"),
        ("الانتخبات الأمريكية", "الانتخابات الأمريكية"),
        ("الأمريكية الانتخبات", "الأمريكية الانتخابات"),
        ("(الانتخبات | واشنطن) الأمريكية", "(الانتخابات | واشنطن) الأمريكية"),
        ("الجهمورية", "الجمهورية"),
        ("التصربحات", "التصريحات"),
        ("معاييرر الاستثمار", "معايير الاستثمار"),
        ("goverrnment", "government"),
        ("the goverrnment of Germany", "the government of Germany"),
        ("title:الانتخبات", "title:الانتخابات"),
        ("الأمريكية: الانتخبات", "الأمريكية: الانتخابات"),
        ("الانتخبات -واشنطن", "الانتخابات -واشنطن"),
    ],
)
def test_rare_misspellings_of_common_words_are_corrected(library: Library, typed: str, meant: str) -> None:
    assert library.search(SearchRequest(text=typed.split(maxsplit=1)[0].strip("()"))).total or "title:" in typed
    assert suggestion(library, typed) == meant
    assert suggestion(library, meant) is None


@pytest.mark.parametrize(
    "query",
    [
        "طفيل",
        "كشفتا",
        "المتظاهرات",
        "نصراوية",
        "أستانة",
        "أستانا",
        "الانتخابات",
        "والانتخابات",
        "بالانتخابات",
        "طفلها",
        "=الانتخبات",
        "«الانتخبات»",
        "الانتخ*",
        "واشنطن -الانتخبات",
        "source:الانتخبات",
        "topic:الانتخبات",
        "author:الانتخبات",
        "url:الانتخبات",
        "site:goverrnment",
        "goverrnment:واشنطن",
        "date:الانتخبات",
        "date: الانتخبات",
        "التاريخ:(الانتخبات",
        "https://example.org/الانتخبات",
        "www.goverrnment.org",
        "goverrnment.org/news",
        "goverrnment@example.org",
        "واشنطن OR",
    ],
)
def test_right_words_fields_operators_and_addresses_are_not_corrected(library: Library, query: str) -> None:
    assert suggestion(library, query) is None


def test_only_far_more_frequent_words_are_suggested(tmp_path: Path) -> None:
    with make(tmp_path / "few", 12) as few:
        assert suggestion(few, "الانتخبات") is None
    with make(tmp_path / "many", 60) as many:
        assert suggestion(many, "الانتخبات") == "الانتخابات"


def test_the_words_next_to_a_rare_word_can_confirm_or_refute_it(tmp_path: Path) -> None:
    """«شريكة» is one letter from «شركة», but also a word: only next to «نفط», where it never occurs, is it doubted."""
    with open_archive(tmp_path / "archive", create=True) as library:
        bodies = [*["شركة نفط كبيرة"] * 100, *["شركة حياته"] * 4, "كانت شريكة حياته سعيدة"]
        with ArchiveWriter(library.archive) as writer:
            writer.append([Article(id=f"a{at}", title="", body=f"{body} {at}") for at, body in enumerate(bodies)])
        library.update_index()
        assert suggestion(library, "شريكة") is None
        assert suggestion(library, "شريكة حياته") is None
        assert suggestion(library, "شريكة نفط") == "شركة نفط"


def test_misspellings_are_not_offered_as_completions(library: Library) -> None:
    def words(text: str) -> list[str]:
        return [item.text for item in library.complete(text, 10) if not item.article_id]

    assert words("الانتخ") == ["الانتخابات"]
    assert words("الفلسط") == ["الفلسطينيين"]
    assert words("gove") == ["government"]
    assert "طفيل" in words("طفي")


def test_a_rare_word_is_not_offered_beside_its_far_commoner_rival(tmp_path: Path) -> None:
    # 60 articles are too few for "did you mean" to be sure.
    bodies = [
        *(["قالت السعودية إن المشروع ناجح، وإن الأرجنتين تدعمه"] * 60),
        "قالت السعوية",
        "نجح الجدعان",
        "الأرجتين",
    ]
    library = open_archive(tmp_path, create=True)
    with ArchiveWriter(library.archive) as writer:
        writer.append([Article(id=f"b{n}", title="", body=f"{body} {n}") for n, body in enumerate(bodies)])
    library.update_index()

    def words(text: str) -> list[str]:
        return [item.text for item in library.complete(text, 10) if not item.article_id]

    assert words("السعو") == ["السعودية"]
    assert words("سعو") == ["السعودية"]
    assert words("الأرج") == ["الأرجنتين"]
    # Whoever types on gets the rare word, and one without a rival is always offered.
    assert words("السعوي") == ["السعوية"]
    assert words("الجد") == ["الجدعان"]


@pytest.mark.parametrize(
    "beginning", ["الانتخبا", "الانتخب", "انتخبا", "المظاهرت", "المظهارا", "مظهارا", "الاقتاصد", "المسشتفي"]
)
def test_a_misspelled_beginning_has_no_completions(frequent: Library, beginning: str) -> None:
    assert not [item.text for item in frequent.complete(beginning, 10) if not item.article_id]


@pytest.mark.parametrize(
    ("beginning", "word"),
    [("الانتخا", "الانتخابات"), ("المظاهر", "المظاهرات"), ("الاقتص", "الاقتصاد"), ("برنبو", "برنبوسي")],
)
def test_a_right_beginning_is_completed_by_right_words_only(frequent: Library, beginning: str, word: str) -> None:
    assert [item.text for item in frequent.complete(beginning, 10) if not item.article_id] == [word]


@pytest.fixture(scope="module")
def frequent(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """An archive in which some words are frequent, and each has rare misspellings."""
    rare = "الانتخبارات المظاهرت المظهارات الاقتاصدي المسشتفيات برنبوسي"
    bodies = [*(["بعد الانتخابات و المظاهرات في الاقتصاد و المستشفيات"] * 310), *rare.split()]
    library = open_archive(tmp_path_factory.mktemp("frequent"), create=True)
    with ArchiveWriter(library.archive) as writer:
        writer.append([Article(id=f"b{n}", title="", body=f"{body} {n}") for n, body in enumerate(bodies)])
    library.update_index()
    return library


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("يكتبون", "تكتبون"),
        ("كشفتا", "كشفت"),
        ("منطقتا", "منطقه"),
        ("مهندسين", "مهندسات"),
        ("وبكتابهم", "كتابها"),
        ("نجمع", "تجمع"),
        ("مصريين", "المصريه"),
        ("prices", "price"),
    ],
)
def test_forms_of_one_word_are_related(first: str, second: str) -> None:
    assert are_related(first, second)
    assert are_related(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [("الانتخبات", "الانتخابات"), ("احتجاح", "احتجاج"), ("goverrnment", "government"), ("سعبد", "سعيد")],
)
def test_misspellings_are_not_related_to_the_right_word(first: str, second: str) -> None:
    assert not are_related(first, second)


ARABIC = st.text(alphabet="ابتجدرسعفقكلمنهوي", min_size=3, max_size=10)


@given(ARABIC, st.sampled_from(PROCLITICS))
def test_a_word_is_related_to_itself_with_a_proclitic(word: str, proclitic: str) -> None:
    assert are_related(word, proclitic + word)
    assert word in with_other_proclitics(proclitic + word)
    assert letters_of_own(proclitic + word) <= len(word)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("قال ترامب: كلمة", "كلمة", True),
        ("title: كلمة", "كلمة", False),
        ("date: كلمة أخرى", "أخرى", True),
        ("قمة، كلمة", "كلمة", True),
        ("see a.example.org كلمة", "كلمة", True),
        ("see a.example.org/كلمة", "كلمة", False),
        ("كلمة:شيء", "كلمة", False),
    ],
)
def test_running_text(text: str, word: str, expected: bool) -> None:
    start = text.index(word)
    assert is_running_text(text, (start, start + len(word))) is expected


def test_what_is_searched_with_its_common_spelling_anyway_is_not_corrected(library: Library) -> None:
    results = library.search(SearchRequest(text="الفلسطنيين"))
    assert results.total > 300
    assert results.suggestion is None
    assert [expansion.forms for expansion in results.expansions] == [("الفلسطينيين",)]


class Listed:
    """A list of words with their document frequencies."""

    def __init__(self, words: Sequence[str], articles: Sequence[int]) -> None:
        self.words, self.articles = words, articles

    @property
    def identity(self) -> object:
        return self

    def __len__(self) -> int:
        return len(self.words)

    def terms(self, start: int, stop: int) -> list[bytes]:
        return [word.encode() for word in self.words[start:stop]]

    def term(self, number: int) -> bytes:
        return self.words[number].encode()

    def skeletons(self) -> None:
        return None

    def document_frequency(self, number: int) -> int:
        return self.articles[number]

    def document_frequencies(self, start: int, stop: int) -> IntArray:
        return np.array(self.articles[start:stop])


letters = st.text("ابتثسشعغقكيه", min_size=3, max_size=8)


@given(letters, st.lists(letters, min_size=1, max_size=30, unique=True), st.sampled_from((0.4, 0.5, 0.6, 0.7, 0.95)))
def test_a_limit_on_the_cost_loses_no_correction_below_it(typed: str, words: list[str], most: float) -> None:
    """Mistakes that cost too much are ruled out by letters before they are compared."""
    near = [typed[:at] + letter + typed[at + 1 :] for at, letter in enumerate(typed[::-1])]
    doubled = [typed[: at + 1] + typed[at:] for at in range(len(typed))]
    listed = sorted({*words, *near, *doubled})
    corrector = Corrector(lambda: [Listed(listed, [1 + len(word) % 3 for word in listed])])
    best = corrector.commoner(typed, 0)
    limited = corrector.commoner(typed, 0, most)
    if best is not None and best.cost <= most:
        assert limited == best
    if limited is not None:
        assert limited.cost <= most + 1e-6
