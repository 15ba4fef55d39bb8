"""Corrections of words that don't occur in the archive."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.confusion import ALPHABET, DOUBLED, LONG_VOWELS, SWAPPED, VOWEL, WRONG, substitution_costs
from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import Match, SearchRequest
from newsarchive.search.suggesting.correction import _encode, distances
from tests.libraries import open_archive

TEXTS = {
    "un": ("قرار الأمم المتحدة", "أصدرت الأمم المتحدة ومجلس الأمن قرارا بشأن فلسطين."),
    "vote": ("الانتخابات الرئاسية", "بدأت الانتخابات الرئاسية في مصر، وأدلى الناخبون بأصواتهم."),
    "vote-2": ("نتائج الانتخابات", "أعلنت اللجنة نتائج الانتخابات وعين الاقتصاد عليها."),
    "officer": ("ضابط الشرطة", "قال الضابط إن ظاهرة السرقة تراجعت."),
    "english": ("Grain prices", "The price of wheat rose in Alexandria."),
    "ahmed": ("أحمد في المستشفى", "زار أحمد مستشفى المدينة، وكان موضوع الزيارة غير معلن."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = open_archive(tmp_path_factory.mktemp("meant"), create=True)
    with ArchiveWriter(library.archive) as writer:
        writer.append([Article(id=name, title=title, body=body) for name, (title, body) in TEXTS.items()])
    library.update_index()
    return library


def suggestion(library: Library, query: str, match: Match = Match.ALL) -> str | None:
    return library.search(SearchRequest(text=query, match=match)).suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("الانتحابات", "الانتخابات"),
        ("الانتخبات", "الانتخابات"),
        ("الاتنخابات", "الانتخابات"),
        ("الانتخابااتت", "الانتخابات"),
        ("فلصطين", "فلسطين"),
        ("فلسطبن", "فلسطين"),
        ("الظابط", "الضابط"),
        ("ضاهرة", "ظاهرة"),
        ("الاقتساد", "الاقتصاد"),
        ("المتهدة", "المتحدة"),
        ("أحمدد", "أحمد"),
        ("موظوع", "موضوع"),
        ("whaet", "wheat"),
        ("alexandira", "Alexandria"),
    ],
)
def test_misspelled_words_are_corrected(library: Library, typed: str, meant: str) -> None:
    assert suggestion(library, typed) == meant


@pytest.mark.parametrize(
    "query",
    [
        "الانتخابات",
        "انتخابات",
        "بالانتخابات",
        "زرافة",
        "كهرومغناطيسية",
        "2031",
        "xy",
        "",
        "الأمم -الانتحابات",
        "=الانتحابات",
    ],
)
def test_known_and_unrelated_words_are_not_corrected(library: Library, query: str) -> None:
    assert suggestion(library, query) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("العنوان:الانتحابات", "العنوان:الانتخابات"),
        ('title:الانتحابات  (الظابط | "الظابط")', 'title:الانتخابات  (الضابط | "الظابط")'),
        ("«الظابط الكبير» OR الظابط -زرافة", "«الظابط الكبير» OR الضابط -زرافة"),
        ("المصدر:الظابط الظابط", "المصدر:الظابط الضابط"),
        ("=الظابط الظابط", "=الظابط الضابط"),
        ("الظابط* الظابط", "الظابط* الضابط"),
        ("date:2031 فلصطين", "date:2031 فلسطين"),
        ("فلصطين والانتحابات", "فلسطين والانتحابات"),
        ("فلصطين، فلصطين!", "فلسطين، فلسطين!"),
        ("فِلْصْطِين", "فلسطين"),
        ("(((فلصطين", "(((فلسطين"),
    ],
)
def test_only_misspelled_words_are_changed(library: Library, typed: str, meant: str) -> None:
    got = suggestion(library, typed)
    if "والانتحابات" in typed:
        assert got is not None
        assert got.startswith("فلسطين ")
    else:
        assert got == meant


def test_corrected_queries_have_hits_and_no_suggestion(library: Library) -> None:
    meant = suggestion(library, "الانتحابات الرءاسية", Match.ANY)
    assert meant == "الانتخابات الرئاسية"
    results = library.search(SearchRequest(text=meant))
    assert [hit.article.id for hit in results.hits] == ["vote"]
    assert results.suggestion is None


def test_new_generations_include_new_words(tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive", create=True) as library:
        library.update_index()
        assert suggestion(library, "كركدنن") is None
        with ArchiveWriter(library.archive) as writer:
            writer.append([Article(id="one", title="كركدن في الحديقة", body="كركدن")])
        library.update_index()
        assert suggestion(library, "كركدنن") == "كركدن"


def test_frequent_words_are_preferred(tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive", create=True) as library:
        with ArchiveWriter(library.archive) as writer:
            bodies = ["قمر واضح"] * 1 + [f"قمح وفير {number}" for number in range(20)]
            writer.append([Article(id=f"a{number}", title="", body=body) for number, body in enumerate(bodies)])
        library.update_index()
        assert suggestion(library, "قمخر") == "قمر"
        assert suggestion(library, "قمجح") == "قمح"


def reference(typed: str, word: str) -> float:
    """The textbook recurrence, computed one cell at a time."""
    substitution = substitution_costs()

    def extra(text: str, at: int) -> float:
        cost = VOWEL if text[at] in LONG_VOWELS else WRONG
        return min(cost, DOUBLED) if at and text[at] == text[at - 1] else cost

    cost: dict[tuple[int, int], float] = {}
    for i in range(len(typed) + 1):
        for j in range(len(word) + 1):
            ways = [0.0] if i == j == 0 else []
            if i:
                ways.append(cost[i - 1, j] + extra(typed, i - 1))
            if j:
                ways.append(cost[i, j - 1] + extra(word, j - 1))
            if i and j:
                pair = typed[i - 1], word[j - 1]
                ways.append(cost[i - 1, j - 1] + (0 if pair[0] == pair[1] else substitution.get(pair, WRONG)))
            if i > 1 and j > 1 and typed[i - 1] == word[j - 2] and typed[i - 2] == word[j - 1]:
                ways.append(cost[i - 2, j - 2] + SWAPPED)
            cost[i, j] = min(ways)
    return cost[len(typed), len(word)]


WORDS = st.text(alphabet="ابتيولمض" + ALPHABET[-1], min_size=1, max_size=7)


@given(WORDS, st.lists(WORDS, min_size=1, max_size=6), st.sampled_from([0.5, 1.5, np.inf]))
def test_distances_match_the_textbook_recurrence(typed: str, words: list[str], most: float) -> None:
    typed_codes, _, _ = _encode([typed])
    codes, lengths, _ = _encode(words)
    got = distances(typed_codes[0, : len(typed)], codes, lengths, most)
    for word, cost in zip(words, got.tolist(), strict=True):
        expected = reference(typed, word)
        assert cost == pytest.approx(expected, abs=1e-4) if expected <= most - 1e-3 else cost >= most - 1e-3


@given(WORDS, WORDS)
def test_distance_is_zero_only_for_equal_words(first: str, second: str) -> None:
    assert reference(first, first) == 0
    assert (reference(first, second) == 0) == (first == second)
    assert reference(first, second) == pytest.approx(reference(second, first))
