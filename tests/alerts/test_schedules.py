from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.alerts.schedules import Schedule
from newsarchive.errors import AlertsError

schedules = st.builds(
    Schedule,
    st.sampled_from(["run", "hourly", "daily", "weekly"]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 6),
)
zones = st.sampled_from([ZoneInfo("Asia/Riyadh"), ZoneInfo("Africa/Cairo"), ZoneInfo("America/New_York")])
moments = st.floats(1e9, 4e9)


def at(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("schedule", "now", "latest"),
    [
        ("hourly", "2026-11-26 16:59", "2026-11-26 16:00"),
        ("daily", "2026-11-26 06:59", "2026-11-25 07:00"),
        ("daily 18:30", "2026-11-26 18:30", "2026-11-26 18:30"),
        ("weekly", "2026-11-26 16:00", "2026-11-22 07:00"),  # a Thursday, and the Sunday before
        ("weekly thursday 16:01", "2026-11-26 16:00", "2026-11-19 16:01"),
        ("weekly الجمعة 9:00", "2026-11-28 00:00", "2026-11-27 09:00"),
        ("weekly sat", "2026-11-28 08:00", "2026-11-28 07:00"),
    ],
)
def test_a_digest_was_last_due_at_the_time_of_the_schedule(schedule: str, now: str, latest: str) -> None:
    assert Schedule.parse(schedule).latest(at(now), UTC) == at(latest)


def test_the_time_is_that_of_the_zone_on_both_sides_of_a_change_of_clocks() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    schedule = Schedule.parse("daily 07:00")
    for day in ("2026-04-23", "2026-04-24", "2026-10-29", "2026-10-30"):
        noon = at(f"{day} 12:00", "Africa/Cairo")
        assert schedule.latest(noon, cairo) == at(f"{day} 07:00", "Africa/Cairo")


@pytest.mark.parametrize("text", ["", "often", "run 07:00", "hourly 5", "daily 25:00", "daily sunday", "weekly x"])
def test_what_is_no_schedule_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(AlertsError, match="write run, hourly"):
        Schedule.parse(text)


@given(schedules, zones, moments)
def test_a_schedule_is_written_as_it_is_read(schedule: Schedule, zone: ZoneInfo, now: float) -> None:
    read = Schedule.parse(str(schedule))
    assert read.latest(now, zone) == schedule.latest(now, zone)
    assert str(read) == str(schedule)


@given(schedules, zones, moments, st.floats(1, 9e5))
def test_digests_are_due_once_for_each_time(schedule: Schedule, zone: ZoneInfo, now: float, later: float) -> None:
    slot = schedule.latest(now, zone)
    assert slot <= now
    assert not schedule.is_due(slot, now, zone) or schedule.every == "run"
    assert schedule.latest(now + later, zone) >= slot
    assert schedule.is_due(slot, now + 8 * 86_400, zone)
    # A clock that was wrong doesn't silence the search.
    assert schedule.is_due(now + 1e9, now, zone)
