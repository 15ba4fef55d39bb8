"""Spellings of hamza: which words of an archive a query for another spelling finds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import fold
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.language import hamza
from tests.libraries import filled

SAME = {
    "before a long و": "رؤوس رءوس | رؤوس رئوس | مسؤول مسئول | المرؤوسين المرءوسين | كؤوس كئوس | فؤوس فئوس",
    "with clitics and endings": "برؤوسهم برءوسهم | والمسئولين والمسؤولين | للمسؤولية للمسئولية | بكؤوسها بكئوسها",
    "plurals of verbs": "بدأوا بدؤوا | قرأوا قرءوا | لجأوا لجؤوا",
    "at the end": "شاطئ شاطىء | لاجئ لاجىء | مبادئ مبادىء | الطوارئ الطوارىء | بطيء بطئ | موانئ موانىء",
    "before the ending ات or ة": "إجراءات إجرائات | بالإجراءات بالإجرائات | القراءة القرائة | الكفاءات الكفائات",
    "plurals of verbs in ون": "يقرأون يقرؤون | يبدأون يبدءون",
    "before a pronoun or ا": "جزؤه جزءه | ضوؤها ضوءها | عبئا عبءا",
    "after س and in short nouns": "مسألة مسئلة | المسألة المسئلة | نشأة نشئة | اطمئنان اطمأنان | جزأين جزئين",
    "no noun without ة": "كفاءة كفائة | براءة برائة | مساءلة مسائلة | للملاءمة للملائمة",
    "ء after ي, and the end in ؤ": "سيئ سيء | بريئ بريء | شئ شيء | تباطؤ تباطوء",
    "the pattern of تفاؤل": "تفاؤل تفائل | التشاؤم التشائم | بالتفاؤل بالتفائل",
}
APART = {
    "derived from the same root": "مفاجأة مفاجئة | مكافأة مكافئة | هيئة هيؤه",
    "another word": "سؤال سائل | مؤمن مأمن | رأس رئيس | ثأر ثائر | مسألة مسؤولة | تساءل تساؤل | مساءلة مسائل",
    "no hamza": "عادوا عادؤا | جاوة جؤوة | تعاون تعؤون | سوء سوي | مياه مئة | حياة حيئة",
    "a pronoun": "سمائه سماءة | مائه ماءه | أبنائي أبناءي",
}


def pairs(groups: dict[str, str]) -> list[tuple[str, str]]:
    return [(pair.split()[0], pair.split()[1]) for table in groups.values() for pair in table.split("|")]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    words = dict.fromkeys(word for groups in (SAME, APART) for pair in pairs(groups) for word in pair)
    articles = [Article(id=word, title="", body=f"قيل {word} هنا") for word in words]
    return filled(tmp_path_factory.mktemp("hamza"), articles)


def found(library: Library, query: str) -> set[str]:
    return {hit.article.id for hit in library.search(SearchRequest(text=query, limit=100)).hits}


@pytest.mark.parametrize(("first", "second"), pairs(SAME))
def test_both_spellings_find_the_same(library: Library, first: str, second: str) -> None:
    assert {first, second} <= found(library, first)
    assert found(library, first) == found(library, second)


@pytest.mark.parametrize(("first", "second"), pairs(APART))
def test_other_words_are_not_found(library: Library, first: str, second: str) -> None:
    assert second not in set(map(fold, hamza.spellings(fold(first))))
    assert first not in set(map(fold, hamza.spellings(fold(second))))


def test_spellings_that_do_not_occur_are_not_reported(tmp_path: Path) -> None:
    library = filled(tmp_path, [Article(id="a", title="", body="هيئة كبيرة"), Article(id="b", title="", body="هيأة")])
    (expansion,) = library.search(SearchRequest(text="هيئة")).expansions
    assert expansion.forms == ("هيأة",)
    assert library.search(SearchRequest(text="كبيرة")).expansions == ()


@given(st.text(alphabet="اأؤئءويلمبتهسرن", min_size=1, max_size=9))
def test_a_spelling_is_a_spelling_both_ways(text: str) -> None:
    word = fold(text)
    for other in hamza.spellings(word):
        assert other != word
        assert word in set(hamza.spellings(other))
