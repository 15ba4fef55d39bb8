"""Other spellings of names and regional names of months: what a query for one of them finds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import fold
from newsarchive.arabic.months import month_names, month_number
from newsarchive.arabic.stem import stem
from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.config import load_config
from newsarchive.errors import ConfigError
from newsarchive.library import Library
from newsarchive.search import Match, SearchRequest, SearchResults
from newsarchive.search.language.expansion import Expanded, expand
from newsarchive.search.language.grammar import parse, plain_words
from newsarchive.search.language.plurals import own_plurals
from newsarchive.search.language.query import AllOf, Alternatives, AnyOf, Form, Likeness, Node, Not, Phrase, Word
from newsarchive.search.language.spellings import Spellings, load_spellings, parse_spellings
from newsarchive.search.language.word_forms import WordForms
from newsarchive.tables import SPELLINGS
from tests.libraries import open_archive

TEXTS = {
    "bibi-1": "التقى نتنياهو وفدا في القدس",
    "bibi-2": "قال نتانياهو إن الوفد غادر",
    "bibi-both": "كتب بعضهم نتنياهو وكتب بعضهم نتانياهو",
    "bibi-clitic": "هاتف الوزير لنتانياهو صباحا",
    "google": "أعلنت غوغل خدمة جديدة",
    "jojol": "أعلنت جوجل هاتفا",
    "apple": "أعلنت شركة هاتفا",
    "united": "الولايات المتحدة الأمريكية",
    "states": "الولايات المتحدة الأميركية",
    "hong": "اقتصاد هونج كونج",
    "abdullah": "زار عبد الله المدينة",
    "abdallah": "زار عبدالله القرية",
    "apart": "عبد رجل الله حافظه",
    "april": "في 15 أبريل 2017 اجتمعوا",
    "nisan": "في 15 نيسان 2017 اجتمعوا",
    "avril": "في 15 أفريل 2017 اجتمعوا",
    "ab": "سافر في 20 آب 2016 وعاد",
    "father": "أب لأربعة أولاد عمره 20 عاما",
    "august": "سافر في 20 أغسطس 2016 وعاد",
    "march": "عادت في مارس 2015 من السفر",
    "adhar": "عادت في آذار 2015 من السفر",
    "practised": "مارس الرياضة كل يوم",
    "october": "معرض أكتوبر للكتاب",
    "tishrin": "معرض تشرين الأول للكتاب",
    "tishrin-2": "معرض تشرين الثاني للكتاب",
    "brazier": "كانون النار في البيت",
    "hungary": "زار الوفد هنغاريا",
    "magyar": "رئيس الوزراء المجري",
    "galaxy": "صورة المجرة البعيدة",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = open_archive(tmp_path_factory.mktemp("spellings"), create=True)
    with ArchiveWriter(library.archive) as writer:
        writer.append([Article(id=name, title="", body=text) for name, text in TEXTS.items()])
    library.update_index()
    return library


def search(library: Library, query: str, match: Match = Match.ALL) -> SearchResults:
    return library.search(SearchRequest(text=query, match=match, limit=50))


def found(library: Library, query: str) -> set[str]:
    results = search(library, query)
    assert not results.notices
    return {hit.article.id for hit in results.hits}


BIBI = {"bibi-1", "bibi-2", "bibi-both", "bibi-clitic"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("نتنياهو", BIBI),
        ("نتانياهو", BIBI),
        ("لنتنياهو", BIBI),
        ("نتنياهو -نتانياهو", set()),
        ("=نتنياهو", {"bibi-1", "bibi-both"}),
        ('"نتنياهو"', {"bibi-1", "bibi-both"}),
        ("«التقى نتانياهو»", set()),
        ("نتنياه*", {"bibi-1", "bibi-both"}),
        ("غوغل", {"google", "jojol"}),
        ("كوكل", {"google", "jojol"}),
        ("جوجل خدمة", {"google"}),
        ("جوجل OR الولايات", {"google", "jojol", "united", "states"}),
        ("أعلنت -غوغل", {"apple"}),
        ("الأميركية", {"united", "states"}),
        ("أمريكا", {"united", "states"}),
        ("هونغ كونغ", {"hong"}),
        ("عبدالله", {"abdullah", "abdallah"}),
        ("عبد الله", {"abdullah", "abdallah"}),
        ("عبد الله القرية", {"abdallah"}),
        ("المجر", {"hungary"}),
        ("هنغاريا", {"hungary"}),
        ("المجرة", {"galaxy"}),
        ("المجرات", {"galaxy"}),
        ("والمجري", {"magyar"}),
    ],
)
def test_names_match_in_all_their_spellings(library: Library, query: str, ids: set[str]) -> None:
    results = search(library, query)
    assert {hit.article.id for hit in results.hits} == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("أبريل", {"april", "nisan", "avril"}),
        ("نيسان", {"april", "nisan", "avril"}),
        ("15 أفريل 2017", {"april", "nisan", "avril"}),
        ("15 أبريل/نيسان 2017", {"april", "nisan", "avril"}),
        ("آب", {"ab", "father"}),
        ("أب 20", {"ab", "father", "august"}),
        ("آب 2016", {"ab", "august"}),
        ("أغسطس", {"august"}),
        ("20 أغسطس", {"ab", "august"}),
        ("أغسطس 2016", {"ab", "august"}),
        ("20 آب 2016", {"ab", "august"}),
        ("مارس", {"march", "practised"}),
        ("مارس 2015", {"march", "adhar"}),
        ("آذار 2015", {"march", "adhar"}),
        ("مارس/آذار", {"march", "adhar", "practised"}),
        ("=أبريل", {"april"}),
        ("أكتوبر", {"october", "tishrin"}),
        ("تشرين الأول", {"october", "tishrin"}),
        ("معرض تشرين الأول", {"october", "tishrin"}),
        ("كانون", {"brazier"}),
    ],
)
def test_months_match_in_all_their_regional_names(library: Library, query: str, ids: set[str]) -> None:
    assert found(library, query) == ids


def test_expansions_are_reported_with_an_exact_query(library: Library) -> None:
    results = search(library, "الوفد لنتنياهو (غوغل | التاريخ:2017)")
    assert [(item.word, item.forms) for item in results.expansions] == [
        ("لنتنياهو", ("نتانياهو",)),
        ("غوغل", ("جوجل",)),
    ]
    assert results.expansions[0].exact_query == "الوفد =لنتنياهو (غوغل | التاريخ:2017)"
    assert results.expansions[1].exact_query == "الوفد لنتنياهو (=غوغل | التاريخ:2017)"
    (two_words,) = search(library, "زار عبد الله").expansions
    assert (two_words.word, two_words.forms) == ("عبد الله", ("عبدالله",))
    assert two_words.exact_query == 'زار "عبد الله"'


def test_forms_missing_from_the_archive_are_not_reported(library: Library) -> None:
    assert search(library, "جوجل").expansions[0].forms == ("غوغل",)
    assert search(library, "ترامب").expansions == ()


def test_other_spellings_are_highlighted(library: Library) -> None:
    results = search(library, "غوغل")
    marked = {run for hit in results.hits for run, is_marked in hit.snippet.runs() if is_marked}
    assert marked == {"غوغل", "جوجل"}


def test_having_both_spellings_does_not_raise_the_score(library: Library) -> None:
    hits = {hit.article.id: hit.score for hit in search(library, "نتنياهو").hits}
    typed_alone = next(hit.score for hit in search(library, "=نتنياهو").hits if hit.article.id == "bibi-1")
    assert typed_alone > 0
    assert hits["bibi-both"] < hits["bibi-1"] * 1.2


@pytest.mark.parametrize(("query", "first", "second"), [("جوجل", "jojol", "google"), ("غوغل", "google", "jojol")])
def test_the_typed_spelling_ranks_first(library: Library, query: str, first: str, second: str) -> None:
    hits = search(library, query).hits
    assert [hit.article.id for hit in hits] == [first, second]
    assert hits[0].score > hits[1].score > 0


def test_other_spellings_match_with_match_any(library: Library) -> None:
    results = search(library, "نتنياهو غوغل", Match.ANY)
    assert {hit.article.id for hit in results.hits} == {*BIBI, "google", "jojol"}


def test_no_form_is_in_two_built_in_groups() -> None:
    text = (Path(parse_spellings.__code__.co_filename).parent / SPELLINGS).read_text(encoding="utf-8")
    groups = parse_spellings(text, SPELLINGS)
    assert len(groups) >= 150
    forms = [fold(form) for group in groups for form in group]
    assert sorted(set(forms)) == sorted(forms)


def others(spellings: Spellings, word: str) -> set[str]:
    return {name.shown for reading in spellings.readings(fold(word)) for _, name in reading.others()}


@pytest.mark.parametrize("word", ["كوب", "مال", "كيف", "سيول", "جاز", "الكاميرا", "جورج", "غاب", "وكل", "نيوتن", "هيل"])
def test_ordinary_words_have_no_other_spellings(word: str) -> None:
    assert others(load_spellings(), word) == set()


def test_a_user_file_adds_and_extends_groups(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("# mine\nتوقيع, تأقيع  # a note\n\nنتنياهو، نتنيهو\n", encoding="utf-8")
    spellings = load_spellings(file)
    assert others(spellings, "تأقيع") == {"توقيع", "تأقيع"}
    assert {"نتانياهو", "نتنيهو"} <= others(spellings, "نتنياهو")
    assert "نتنيهو" in others(spellings, "نتانياهو")


def test_the_spellings_setting_is_used(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("هاتف، تلفون", encoding="utf-8")
    (tmp_path / "newsarchive.toml").write_text(f'spellings = "{tmp_path.as_posix()}/mine.txt"', encoding="utf-8")
    config = load_config(tmp_path / "newsarchive.toml", {})
    with open_archive(tmp_path / "archive", create=True, spellings=config.spellings) as library:
        with ArchiveWriter(library.archive) as writer:
            writer.append([Article(id="phone", title="", body="رن الهاتف في البيت")])
        library.update_index()
        assert [hit.article.id for hit in search(library, "التلفون").hits] == ["phone"]


@pytest.mark.parametrize("line", ["وحيد", "نفسه، نَفسُه", "، فارغ", "أربع كلمات في شكل، شكل"])
def test_invalid_groups_are_reported_with_their_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(f"# first\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine\.txt:2"):
        load_spellings(file)


def test_unreadable_files_are_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.txt"):
        load_spellings(tmp_path / "none.txt")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_spellings(tmp_path / "bytes.txt")


class Words:
    """A vocabulary of some words, in which words occur next to each other if both occur."""

    def __init__(self, *words: str) -> None:
        self._words = set(words)
        self._stems = set(map(stem, words))

    def occurs(self, leaf: Word | Phrase) -> bool:
        if isinstance(leaf, Phrase):
            return self._words.issuperset(leaf.words)
        return leaf.text in self._words if leaf.form is Form.EXACT else stem(leaf.text) in self._stems

    def beginning_with(self, prefix: str) -> tuple[tuple[str, int], ...]:
        return tuple((word, 1) for word in sorted(self._words) if word.startswith(prefix))

    def spelled(self, word: str) -> str:
        return word

    spelled_ambiguously = spelled


def expanded(node: Node, spellings: Spellings, words: Words) -> Expanded:
    return expand(node, WordForms(spellings, own_plurals(), words))


def test_expansion_adds_alternatives_to_the_tree() -> None:
    spellings = Spellings([("نيويورك", "نيو يورك")])
    york, apart = Word("نيويورك"), Phrase(("نيو", "يورك"))
    words = Words("نيويورك", "نيو", "يورك", "مدينه")
    assert expanded(parse("نيويورك"), spellings, words).node == Alternatives((york, apart), (Likeness.SPELLING,))
    pair = Word("نيو"), Word("يورك")
    expected = Alternatives((AllOf(pair), york), (Likeness.SPELLING,))
    assert expanded(parse("NOT (نيو يورك)"), spellings, words).node == Not(expected)
    any_of = expanded(parse("مدينة نيو يورك", Match.ANY), spellings, words).node
    assert any_of == AnyOf((Word("مدينه"), Alternatives((AnyOf(pair), york), (Likeness.SPELLING,))))
    assert expanded(parse("نيويورك"), spellings, Words()).node == york


def test_an_excluded_word_excludes_its_spellings_but_not_the_other_number() -> None:
    words = Words("كتاب", "كتب", "نتنياهو", "نتانياهو")
    assert expanded(parse("NOT كتاب"), load_spellings(), words).node == Not(Word("كتاب"))
    excluded = expanded(parse("NOT نتنياهو"), load_spellings(), words).node
    assert isinstance(excluded, Not)
    assert isinstance(excluded.node, Alternatives)


def test_one_word_has_its_spellings_and_the_other_number_in_one_place() -> None:
    found = expanded(parse("رئيس"), Spellings([("رئيس", "ريس")]), Words("رئيس", "ريس", "رؤساء", "رئساء"))
    assert isinstance(found.node, Alternatives)
    assert found.node.likenesses[:2] == (Likeness.SPELLING, Likeness.NUMBER)
    assert found.forms == {("رئيس",): ("ريس", "رؤساء")}


@given(st.text(alphabet='اأبريل نيسان15/"=-()|:*تو', max_size=30))
def test_queries_are_unchanged_if_no_other_form_occurs(text: str) -> None:
    node = plain_words(text)
    assert expanded(node, Spellings([]), Words()).node == node


@pytest.mark.parametrize("month", range(1, 13))
def test_month_names_map_back_to_their_month(month: int) -> None:
    names = month_names(month)
    assert {month_number(fold(name)) for name in names} == {month}
    assert len({fold(name) for name in names}) == len(names) >= 2


def test_invalid_month_numbers_are_rejected() -> None:
    with pytest.raises(ValueError, match="0"):
        month_names(0)


def test_forms_with_an_ambiguous_stem_are_searched_exactly() -> None:
    words = Words("كاميرون", "عمره", "العمره", "عمرا")
    node = expanded(parse("كاميرون"), Spellings([("كاميرون", "عمره")]), words).node
    assert isinstance(node, Alternatives)
    assert set(node.nodes[1:]) == {Word("عمره", Form.EXACT), Word("العمره", Form.EXACT)}
