from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.dates import reading
from newsarchive.arabic.dates.standard import standard_moment

WEEKDAYS = st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
MONTHS = st.sampled_from(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
ZONES = st.sampled_from([UTC, ZoneInfo("Asia/Riyadh"), ZoneInfo("Africa/Cairo")])


def two(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map("{:02}".format)


YEARS = (st.integers(1960, 2110) | st.integers(1, 9999)).map("{:04}".format)
CLOCKS = st.tuples(two(0, 25), two(0, 61), two(0, 61)).map(":".join)
SIGNS = st.sampled_from("+-")
RFC_822 = st.builds(
    "{}, {} {} {} {} {}".format,
    WEEKDAYS,
    two(0, 32),
    MONTHS,
    YEARS,
    CLOCKS,
    st.sampled_from(["GMT", "EST", "UTC", "Z"]) | st.builds("{}{}{}".format, SIGNS, two(0, 15), two(0, 61)),
)
ISO_8601 = st.builds(
    "{}-{}-{}{}{}{}".format,
    YEARS,
    two(0, 13),
    two(0, 32),
    st.sampled_from("T "),
    CLOCKS,
    st.sampled_from(["Z", "", " Z", "+3"]) | st.builds("{}{}:{}".format, SIGNS, two(0, 15), two(0, 61)),
)
MOMENTS = st.datetimes(datetime.fromisoformat("1971-01-02"), datetime.fromisoformat("2099-12-30"))


@given(RFC_822 | ISO_8601, ZONES)
def test_a_moment_is_the_one_that_the_rules_find(text: str, zone: tzinfo) -> None:
    found = standard_moment(text, zone)
    if found is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "standard_moment", lambda text, zone: None)
            by_rules = reading.read_date(text, default_zone=zone)
        assert by_rules is not None
        assert (repr(by_rules.value), by_rules.is_relative) == (repr(found), False)


@given(MOMENTS, ZONES)
def test_valid_moments_in_both_notations_are_read(moment: datetime, zone: tzinfo) -> None:
    moment = moment.replace(microsecond=0)
    assert standard_moment(moment.isoformat(), zone) == moment.replace(tzinfo=zone)
    assert standard_moment(moment.isoformat() + "Z", zone) == moment.replace(tzinfo=UTC)
    day = f"{moment:%a, %d %b %Y %H:%M:%S}"
    assert standard_moment(f"{day} GMT", zone) == moment.replace(tzinfo=UTC)
    assert standard_moment(f"{day} -0330", zone) == datetime.fromisoformat(f"{moment.isoformat()}-03:30")


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 27 Feb 2018 10:03:32 +0400",  # a Tuesday
        "Tue, 27 Feb 2018 24:00:00 +0400",
        "Tue, 27 Feb 2018 10:03:32 EST",
        "1970-01-01T00:00:00Z",
        "1446-10-23T10:00:00Z",
        "2018-02-30T10:00:00Z",
        "2018-02-27T10:00:00+15:00",
        "2018-02-27T10:00:00+03:60",
        "٢٠١٨-٠٢-٢٧T10:00:00Z",
        "2018-02-27",
        "نشر 2018-02-27T10:00:00Z",
    ],
)
def test_what_needs_a_rule_is_left_to_the_rules(text: str) -> None:
    assert standard_moment(text, UTC) is None
