"""Articles to cite, of every kind, and characters that break careless writers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import strategies as st

from newsarchive.article import Article, Origin
from newsarchive.citing import Citation, citation_of

ARCHIVED = datetime(2025, 5, 1, 6, 30, 15, tzinfo=UTC)
FULL = Article(
    id="mfrggzdfmztwq2lk",
    title="مصر توقّع اتفاقًا لشراء القمح",
    body="وقّعت مصر اتفاقًا جديدًا.",
    summary="اتفاق جديد لشراء القمح.",
    source="الجزيرة",
    publisher="صحيفة المدينة",
    authors=("ليلى حسن", "John Smith", "لندن - رويترز"),
    published=datetime(2025, 4, 21, 10, 30, tzinfo=timezone(timedelta(hours=3))),
    url="https://news.example/مقال/قمح?id=1&lang=ar",
    archived_at=ARCHIVED,
    revision=2,
)
BARE = Article(id="bare", title="", body="نص بلا عنوان ولا كاتب ولا تاريخ.\nفقرة ثانية.", language="")
ENGLISH = replace(
    FULL, id="english", title="Grain prices rise in Alexandria", language="en", authors=("Ann van Dyk, Jr.",)
)
DAY = replace(FULL, id="day", published=date(2025, 1, 9), authors=(), publisher="", url="")
RELATIVE = replace(FULL, id="relative", published=datetime(2025, 4, 20, 23, 0, tzinfo=UTC), published_relative=True)
FETCHED = replace(FULL, id="fetched", origin=Origin("page", "", datetime(2025, 4, 22, 23, 30, tzinfo=UTC)))
ALL = (FULL, BARE, ENGLISH, DAY, RELATIVE, FETCHED)

PAGE = "https://archive.example/article/"

hostile = st.text(
    st.one_of(
        st.sampled_from("{}\\\"'%$&#_^~@=,;<>|/-()[]*` \n\r\t\x00\x0b\x1b\x85\u2028\u200f\u202e\u2066\u2069\ud800"),
        st.sampled_from("ابجدهوز andABCéßﷺ中文12"),
        st.characters(codec=None),
    ),
    max_size=40,
)


def cited(article: Article) -> Citation:
    """The citation of an article in the archive «أرشيف الأخبار»."""
    return citation_of(
        article, keywords=("اقتصاد", "Food, water"), page_url=PAGE + article.id, archive_name="أرشيف الأخبار"
    )


@st.composite
def hostile_citations(draw: st.DrawFn) -> Citation:
    """Citations of articles of which every text is hostile."""
    article = Article(
        id=draw(hostile.filter(bool)),
        title=draw(hostile),
        body=draw(hostile.filter(str.strip)),
        summary=draw(hostile),
        source=draw(hostile),
        publisher=draw(hostile),
        authors=tuple(draw(st.lists(hostile, max_size=3))),
        published=draw(st.none() | st.dates() | st.datetimes(timezones=st.just(UTC))),
        language=draw(st.sampled_from(["ar", "en", "", "x{"])),
        url=draw(st.sampled_from(["", "https://a.example/{}%7d\\x?q=1&b=ا#_"])),
        archived_at=draw(st.none() | st.just(ARCHIVED)),
    )
    return citation_of(
        article,
        keywords=draw(st.lists(hostile, max_size=2)),
        page_url=PAGE + "x",
        archive_name=draw(hostile),
    )
