import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.site_url import SiteUrl
from newsarchive.syndication import absolute_uri


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://news.example.org", "https://news.example.org/"),
        ("https://news.example.org/archive/", "https://news.example.org/archive/"),
        ("https://news.example.org/a/b-c", "https://news.example.org/a/b-c/"),
        ("HTTP://News.Example.ORG:80/Archive", "http://news.example.org/Archive/"),
        ("https://news.example.org:443/", "https://news.example.org/"),
        ("http://localhost:8080", "http://localhost:8080/"),
        ("http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("https://مثال.إختبار/", "https://xn--mgbh0fb.xn--kgbechtv/"),
    ],
)
def test_urls_are_normalized(text: str, address: str) -> None:
    assert str(SiteUrl.parse(text)) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("news.example.org", "must begin with http:// or https:// and a host"),
        ("//news.example.org/", "must begin with http:// or https:// and a host"),
        ("ftp://news.example.org/", "must begin with http:// or https:// and a host"),
        ("javascript:alert(1)", "must begin with http:// or https:// and a host"),
        ("https:///archive/", "must begin with http:// or https:// and a host"),
        ("https://me:secret@news.example.org/", "user name or a password"),
        ("https://@news.example.org/", "user name or a password"),
        ("https://news.example.org/?", "query"),
        ("https://news.example.org/?a=b", "query"),
        ("https://news.example.org/#top", "fragment"),
        ("https://news.example.org/\n", "control characters"),
        ("https://news example.org/", "spaces"),
        ("https://news.example.org:0/", "port must be from 1 to 65535"),
        ("https://news.example.org:65536/", "it is not a valid URL: Port out of range"),
        ("https://news.example.org:http/", "it is not a valid URL: Port"),
        ("https://[::1/", "it is not a valid URL"),
        ("https://[fe80::1%25eth0]/", "not a host name"),
        ("https://:80/", "not a host name"),
        ("https://a..b/", "not a host name"),
        ("https://a_b/", "not a host name"),
        ("https://-a/", "not a host name"),
        (f"https://{'x' * 64}/", "not a host name"),
        ("https://news.example.org//", "each part of its path"),
        ("https://news.example.org/a/../b/", "each part of its path"),
        ("https://news.example.org/أرشيف/", "each part of its path"),
        ("https://news.example.org/%61/", "each part of its path"),
    ],
)
def test_invalid_site_urls_are_rejected_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("(", r"\(")):
        SiteUrl.parse(text)


@given(
    st.text()
    | st.builds(
        "{}://{}{}/{}".format,
        st.sampled_from(["http", "https"]),
        st.from_regex(r"[\w.\-\[\]:%]{1,12}", fullmatch=True),
        st.from_regex("(:[0-9]{0,6})?", fullmatch=True),
        st.text("aZ0.~-_/%?é", max_size=8),
    )
)
def test_any_text_is_rejected_or_a_valid_feed_url(text: str) -> None:
    try:
        site = SiteUrl.parse(text)
    except ValueError:
        return
    assert absolute_uri(str(site)) == str(site)
    assert SiteUrl.parse(str(site)) == site
