"""What readers choose: in the address, in a cookie that is set only after a choice, and as settings of the site."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.config import load_config
from newsarchive.errors import ConfigError
from newsarchive.i18n import DIGITS, MONTH_NAMES, Formats
from newsarchive.i18n.formats import format_day, format_number, month_name
from newsarchive.library import Library
from newsarchive.web import SiteSettings, create_app
from newsarchive.web.interface import Interface
from tests.web.page import Page

DAY = date(2025, 1, 21)


@pytest.mark.parametrize(
    ("formats", "arabic", "english"),
    [
        (Formats(), "21 يناير/كانون الثاني 2025", "21 January 2025"),
        (Formats(months="levant"), "21 كانون الثاني 2025", "21 January 2025"),
        (Formats(months="gulf"), "21 يناير 2025", "21 January 2025"),
        (Formats(months="maghreb"), "21 جانفي 2025", "21 January 2025"),
        (Formats(months="gulf", digits="arabic"), "٢١ يناير ٢٠٢٥", "21 January 2025"),
        (
            Formats(months="gulf", calendar="both"),
            "21 يناير 2025 (21 رجب 1446 هـ)",
            "21 January 2025 (21 Rajab 1446 AH)",
        ),
    ],
)
def test_days(formats: Formats, arabic: str, english: str) -> None:
    assert (format_day(DAY, "ar", formats), format_day(DAY, "en", formats)) == (arabic, english)


@pytest.mark.parametrize(
    ("day", "hijri"),
    [
        (date(2024, 7, 7), "1 محرم 1446 هـ"),
        (date(2025, 3, 1), "1 رمضان 1446 هـ"),
        (date(2025, 6, 6), "10 ذو الحجة 1446 هـ"),
        (date(1979, 11, 20), "1 محرم 1400 هـ"),
    ],
)
def test_hijri_dates_are_those_of_umm_al_qura(day: date, hijri: str) -> None:
    assert format_day(day, "ar", Formats(calendar="both")).endswith(f"({hijri})")


@pytest.mark.parametrize("day", [date.min, date(1900, 1, 1), date(2100, 1, 1), date.max])
def test_days_outside_the_tables_have_no_hijri_date(day: date) -> None:
    assert "(" not in format_day(day, "ar", Formats(calendar="both"))


@given(st.dates(date(1925, 1, 1), date(2076, 12, 31)))
def test_each_day_has_a_hijri_date_of_its_own(day: date) -> None:
    from hijridate import Hijri  # noqa: PLC0415

    found = re.search(r"\((\d+) (.+) (\d+) AH\)$", format_day(day, "en", Formats(calendar="both")))
    assert found
    months = [Hijri(1446, month, 1).month_name("en") for month in range(1, 13)]
    back = Hijri(int(found[3]), months.index(found[2]) + 1, int(found[1])).to_gregorian()
    assert (back.year, back.month, back.day) == (day.year, day.month, day.day)


@pytest.mark.parametrize("months", MONTH_NAMES)
def test_all_months_have_names(months: str) -> None:
    names = [month_name(month, "ar", Formats(months=months)) for month in range(1, 13)]  # type: ignore[arg-type]
    assert len(set(names)) == 12


@given(st.integers(0, 10**15), st.sampled_from(DIGITS))
def test_numbers_keep_their_value(number: int, digits: str) -> None:
    written = format_number(number, "ar", Formats(digits=digits))  # type: ignore[arg-type]
    assert int(re.sub(r"\D", "", written)) == number
    assert bool(re.search("[٠-٩]", written)) == (digits == "arabic")


def test_shares_have_the_chosen_digits() -> None:
    arabic = Interface("ar", formats=Formats(digits="arabic"))
    assert arabic.share(0.00031) == "٠٫٠٣١٪"
    assert arabic.count("results", 20910) == "٢٠٬٩١٠ نتائج"


def test_the_zone_of_a_reader() -> None:
    moment = datetime.fromisoformat("2025-04-21T22:30+00:00")
    assert Interface("en", zone=ZoneInfo("Asia/Tokyo")).moment(moment) == "22 April 2025, 07:30 Tokyo time"


def test_without_a_choice_nothing_is_set_and_nothing_is_private(client: FlaskClient) -> None:
    for address in ("/", "/search?q=القمح", "/preferences", "/days", "/search?q=القمح&months=levant&digits=arabic"):
        answer = client.get(address, headers={"Host": "localhost"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.vary


def test_a_choice_in_the_address_holds_for_that_page(client: FlaskClient) -> None:
    page = client.get("/article/wheat?months=maghreb&digits=arabic&calendar=both&zone=Asia/Tokyo&lang=ar").text
    assert "٢٠٢٥" in page
    assert "هـ)" in page
    assert "بتوقيت طوكيو" in page
    assert "هـ)" not in client.get("/article/wheat?lang=ar").text


@pytest.mark.parametrize("address", ["/search?q=القمح", "/advanced", "/trends", "/search?from=2025&to=2024"])
def test_forms_say_in_the_chosen_digits_how_days_are_typed(client: FlaskClient, address: str) -> None:
    hint = Page(client.get(f"{address}{'&' if '?' in address else '?'}digits=arabic&lang=ar").text)
    assert "٢٠٢٥-٠٤-٣٠" in hint.one("p", id="day-forms").text
    assert not set("0123456789") & set(hint.one("p", id="day-forms").text)


def test_the_days_of_a_span_are_said_once() -> None:
    interface = Interface("ar")
    assert interface.text("span", **interface.days(date(2018, 10, 14), date(2018, 10, 20))) == (
        "من 14 إلى 20 أكتوبر/تشرين الأول 2018"
    )
    hijri = Interface("en", formats=Formats(calendar="both"))
    assert hijri.days(date(2018, 10, 14), date(2018, 10, 20))["first"] == "14 October 2018 (5 Safar 1440 AH)"


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("months", "mars"),
        ("calendar", "julian"),
        ("digits", "roman"),
        ("zone", "Mars/Phobos"),
        ("zone", "../etc/passwd"),
    ],
)
def test_a_wrong_choice_is_explained(client: FlaskClient, parameter: str, value: str) -> None:
    answer = client.get("/search", query_string={"q": "القمح", parameter: value, "lang": "en"})
    assert answer.status_code == 400
    assert value in answer.text.replace("&#x27;", "'")


def test_a_saved_choice_is_kept_and_makes_answers_private(client: FlaskClient) -> None:
    plain = client.get("/article/wheat?lang=ar")
    saved = client.post(
        "/preferences",
        data={
            "months": "levant",
            "digits": "arabic",
            "calendar": "both",
            "zone": "Asia/Tokyo",
            "lang": "",
            "back": "/days",
        },
    )
    assert saved.status_code == 303
    assert saved.location == "/days"
    assert all(word in saved.headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=Lax", "Max-Age", "Path=/"))
    chosen = client.get("/article/wheat?lang=ar")
    assert "هـ)" in chosen.text
    assert "طوكيو" in chosen.text
    assert "Cookie" in chosen.vary
    assert chosen.cache_control.private
    assert not chosen.cache_control.public
    assert chosen.headers["ETag"] != plain.headers["ETag"]
    again = client.get("/article/wheat?lang=ar", headers={"If-None-Match": chosen.headers["ETag"]})
    assert again.status_code == 304
    assert "Cookie" in again.vary
    assert again.cache_control.private
    reset = client.post("/preferences", data={"reset": "1", "back": "/days"})
    assert "Max-Age=0" in reset.headers["Set-Cookie"]
    assert client.get("/article/wheat?lang=ar").headers["ETag"] == plain.headers["ETag"]


def test_a_saved_language_holds_unless_the_address_has_another(client: FlaskClient) -> None:
    client.post("/preferences", data={"lang": "en"})
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "ar"}).text
    assert '<html lang="ar"' in client.get("/?lang=ar").text


def test_feeds_and_files_do_not_depend_on_the_cookie(client: FlaskClient) -> None:
    before = {address: client.get(address) for address in ("/feed.xml", "/feed.json", "/opensearch.xml", "/feeds.opml")}
    client.post("/preferences", data={"lang": "en", "digits": "arabic"})
    for address, answer in before.items():
        after = client.get(address)
        assert after.data == answer.data
        assert "Cookie" not in after.vary


@pytest.mark.parametrize(
    "cookie", ["", "%%%", "months=mars&zone=/etc", "lang=xx", "digits=arabic&digits=x", "x" * 3000]
)
def test_a_strange_cookie_is_passed_over(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("preferences", cookie)
    assert client.get("/article/wheat").status_code == 200


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\\\\evil.example", ""],
)
def test_saving_leads_only_to_pages_of_this_site(client: FlaskClient, back: str) -> None:
    assert client.post("/preferences", data={"digits": "latin", "back": back}).location == "/"


def test_the_form_knows_the_page_before(client: FlaskClient) -> None:
    page = client.get("/preferences", headers={"Referer": "http://localhost/search?q=a"}).text
    assert 'name="back" value="/search?q=a"' in page
    other = client.get("/preferences", headers={"Referer": "https://other.example/search?q=a"}).text
    assert 'name="back" value=""' in other


def test_the_settings_are_the_default(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "newsarchive.toml"
    file.write_text('month_names = "maghreb"\ndigits = "arabic"\n', encoding="utf-8")
    client = create_app(library, SiteSettings(formats=load_config(file).formats)).test_client()
    assert "٢٠٢٥" in client.get("/article/wheat?lang=ar").text
    assert "٢٠٢٥" not in client.get("/article/wheat?lang=ar&digits=latin").text
    file.write_text('month_names = "mars"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="morocco"):
        load_config(file)
