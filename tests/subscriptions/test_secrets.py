"""Secrets are filled in for their feed, and shown nowhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import SubscriptionsError
from newsarchive.ingest.fetching.masking import has_secrets, masked
from newsarchive.subscriptions.feed_secrets import FeedSecrets


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:pw@a.example/feed", "https://a.example/feed"),
        ("https://a.example/?token=abc", "https://a.example/?token=***"),
        ("https://a.example/?a=1&apikey=abc&b=2", "https://a.example/?a=1&apikey=***&b=2"),
        ("https://a.example/?API-Key=abc", "https://a.example/?API-Key=***"),
        ("https://a.example/?access_token=abc#x", "https://a.example/?access_token=***#x"),
        ("https://a.example/?user_password=abc", "https://a.example/?user_password=***"),
        ("https://a.example/?sig=abc", "https://a.example/?sig=***"),
    ],
)
def test_secrets_in_addresses_are_masked(url: str, shown: str) -> None:
    assert masked(url) == shown
    assert has_secrets(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/feed",
        "https://a.example/?q=token",
        "https://a.example/?keyword=x",
        "https://a.example/?author=x&monkey=y",
        "https://a.example/?design=x&page=2&category=5&postcode_area=1",
        "https://a.example/token=abc",
        "https://a.example/rss.php?user=ahram&country_code=EG&hash=x&sid=5&feed_id=7",
        "https://a.example/?key=${FEED_KEY}",
        "https://a.example/mail@example",
        "https://reader:${FEED_PASSWORD}@a.example/rss",
    ],
)
def test_what_is_no_secret_stays(url: str) -> None:
    assert masked(url) == url


@given(st.text("abcdefghi123", min_size=4, max_size=20))
def test_a_value_is_hidden_wherever_it_occurs(value: str) -> None:
    secrets = FeedSecrets(environment={"FEED_KEY": value})
    url = secrets.fill_address("https://x.example/${FEED_KEY}/rss")
    assert value in url
    assert value not in secrets.hide(f"{url}: failed at {value}").replace("***", "")


def test_special_characters_are_encoded_in_addresses_only() -> None:
    secrets = FeedSecrets(environment={"FEED_KEY": "a/b?c d"})
    assert secrets.fill_address("https://x.example/?k=${FEED_KEY}") == "https://x.example/?k=a%2Fb%3Fc%20d"
    assert secrets.fill("Bearer ${FEED_KEY}") == "Bearer a/b?c d"
    assert "a%2Fb" not in secrets.hide("https://x.example/?k=a%2Fb%3Fc%20d")


def test_the_file_must_be_private(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("# comment\nexport FEED_KEY='abc def'\nFEED_OTHER=x=y\n")
    file.chmod(0o644)
    with pytest.raises(SubscriptionsError, match="chmod 600"):
        FeedSecrets(file, {})
    file.chmod(0o600)
    assert FeedSecrets(file, {}).fill("${FEED_KEY} ${FEED_OTHER}") == "abc def x=y"
    assert FeedSecrets(file, {"FEED_KEY": "other"}).fill("${FEED_KEY}") == "other"


@pytest.mark.parametrize("line", ["KEY=x", "FEED_KEY", "FEED KEY=x"])
def test_a_line_that_is_no_secret_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "secrets.env"
    file.write_text(f"FEED_A=1\n{line}\n")
    file.chmod(0o600)
    with pytest.raises(SubscriptionsError, match=":2:"):
        FeedSecrets(file, {})


@pytest.mark.parametrize("text", ["${PATH}", "${FEED_MISSING}", "${NEWSARCHIVE_PROXY}"])
def test_other_variables_are_never_filled_in(text: str) -> None:
    with pytest.raises(SubscriptionsError):
        FeedSecrets(environment={"PATH": "x", "NEWSARCHIVE_PROXY": "y"}).fill(text)
