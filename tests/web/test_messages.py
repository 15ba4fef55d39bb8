import re
from datetime import date

import pytest
from markupsafe import Markup

from newsarchive.search import Match, Notice, Sort
from newsarchive.web.assets import templates_folder
from newsarchive.web.errors import _OF_ERROR, _OF_STATUS
from newsarchive.web.interface import Interface
from newsarchive.web.invalid_parameter import Problem
from newsarchive.web.messages import MESSAGES

ARABIC, ENGLISH = Interface("ar"), Interface("en")


def test_every_error_and_notice_has_a_message() -> None:
    keys = [
        *(f"notice_{notice}" for notice in Notice),
        *(f"sort_{sort}" for sort in Sort),
        *(f"match_{match}" for match in Match),
        *(f"problem_{problem}" for problem in Problem),
        *(f"problem_{problem}_meant" for problem in (Problem.CHOICE, Problem.UNKNOWN)),
        *(f"error_{code}" for _, _, code in _OF_ERROR),
        *(f"error_{code}" for code in _OF_STATUS.values()),
    ]
    assert [key for key in keys if key not in MESSAGES] == []


def test_templates_use_only_existing_messages() -> None:
    used = {
        key
        for path in templates_folder().glob("*.html")
        for key in re.findall(r"""ui\.(?:text|html)\(["'](\w+)["'][,)]""", path.read_text(encoding="utf-8"))
    }
    assert used
    assert used - MESSAGES.keys() == set()


@pytest.mark.parametrize(
    ("n", "arabic", "english"),
    [
        (0, "لا توجد نتائج", "No results"),
        (1, "نتيجة واحدة", "1 result"),
        (2, "نتيجتان", "2 results"),
        (3, "3 نتائج", "3 results"),
        (10, "10 نتائج", "10 results"),
        (11, "11 نتيجة", "11 results"),
        (99, "99 نتيجة", "99 results"),
        (100, "100 نتيجة", "100 results"),
        (103, "103 نتائج", "103 results"),
        (20910, "20,910 نتائج", "20,910 results"),
    ],
)
def test_results_are_counted(n: int, arabic: str, english: str) -> None:
    assert ARABIC.count("results", n) == arabic
    assert ENGLISH.count("results", n) == english


def test_articles_after_eleven_are_in_the_accusative() -> None:
    assert ARABIC.count("articles", 11) == "11 مقالًا"
    assert ARABIC.count("articles", 200) == "200 مقال"


def test_values_are_escaped_and_isolated() -> None:
    assert ARABIC.html("results_for", query="<b>") == Markup("نتائج البحث عن «<bdi>&lt;b&gt;</bdi>»")
    assert ARABIC.text("results_for", query="{x}") == "نتائج البحث عن «{x}»"


def test_the_site_title_setting_replaces_the_default() -> None:
    assert Interface("en", "Our press").site_title == "Our press"
    assert ENGLISH.site_title == "News archive"


def test_dates_are_in_the_language_of_the_interface() -> None:
    assert ARABIC.date(date(2025, 4, 21)) == "21 أبريل/نيسان 2025"
    assert ENGLISH.date(date(2025, 4, 21)) == "21 April 2025"


def test_unknown_keys_raise_an_error() -> None:
    with pytest.raises(KeyError):
        ARABIC.text("nothing")


@pytest.mark.parametrize(
    ("share", "arabic", "english"), [(0.29, "29٪", "29%"), (0.9999, "99٪", "99%"), (1, "100٪", "100%")]
)
def test_percentages_are_rounded_down(share: float, arabic: str, english: str) -> None:
    assert (ARABIC.percent(share), ENGLISH.percent(share)) == (arabic, english)
