"""Pages of entries: fetched once, tried three times, and never replaced by a teaser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.ingest.fetching.robots import allows
from newsarchive.subscriptions.full_text import MAX_PAGES, FullTexts
from newsarchive.subscriptions.robots import RobotsFiles
from tests.subscriptions.world import Asked, World, rss, world

FEED = "https://one.example/feed"
PAGE = "https://one.example/news/1"
TEASER = "افتتحت الوزارة أمس معرض القمح السنوي في العاصمة"
ROBOTS = "https://one.example/robots.txt"
FULL = (
    "افتتحت وزارة الزراعة أمس معرض القمح السنوي في العاصمة بمشاركة مئات المزارعين من المحافظات كلها.",
    "وقال الوزير في كلمته إن محصول هذا العام هو الأكبر منذ عشر سنوات، وإن الحكومة ستشتري الفائض بسعر مجزٍ.",
    "وأضاف أن مراكز البحوث طورت أصنافًا جديدة تتحمل الجفاف، وأن توزيع البذور على المزارعين سيبدأ الشهر المقبل.",
    "ويستمر المعرض أسبوعًا، وتتخلله ندوات عن الري الحديث وتخزين الحبوب ومكافحة الآفات في حقول القمح والشعير.",
)


def page(*paragraphs: str, title: str = "افتتاح معرض القمح السنوي") -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}"></head>'
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def feed(teaser: str = TEASER, updated: str = "", links: tuple[str, ...] = (PAGE,)) -> bytes:
    entries = "".join(
        f"<entry><title>معرض القمح {number}</title><link href='{link}'/><id>{link}</id>"
        f"<published>2025-04-21T08:00:00Z</published>"
        + (f"<updated>{updated}</updated>" if updated else "")
        + f"<summary>{teaser}</summary></entry>"
        for number, link in enumerate(links)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>صحيفة</title>{entries}</feed>'.encode()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.full_texts = FullTexts(
            made.states,
            made.servers,
            made.stored,
            options=made.options,
            secrets=made.secrets,
            clock=made.clock,
            robots=RobotsFiles(made.servers, made.clock, made.options, allows),
        )
        made.servers.fail(ROBOTS, 404)
        made.add(FEED, full_text=True)
        made.servers.serve(FEED, feed())
        made.servers.serve(PAGE, page(*FULL), content_type="text/html")
        yield made


def body(here: World) -> str:
    return here.articles()[PAGE].body


def test_the_text_is_that_of_the_page_and_the_rest_that_of_the_entry(here: World) -> None:
    report = here.round()
    assert report.pages == {"full texts": 1}
    assert report.counts["stored"] == 1
    article = here.articles()[PAGE]
    assert FULL[-1] in article.body
    assert article.title == "معرض القمح 0"
    assert article.summary == TEASER
    assert str(article.published).startswith("2025-04-21")
    assert (article.origin.kind, article.origin.location) == ("page", PAGE)
    assert article.revision == 1


def test_a_page_is_fetched_once_and_a_changed_teaser_replaces_nothing(here: World) -> None:
    here.round()
    for number in range(3):
        here.until_due(FEED)
        here.servers.serve(FEED, feed(f"{TEASER} نسخة {number}"))
        here.round()
    assert here.servers.count(PAGE) == 1
    assert FULL[-1] in body(here)
    assert here.revisions() == 1


def test_a_page_is_fetched_again_when_its_entry_was_updated(here: World) -> None:
    here.servers.serve(FEED, feed(updated="2025-04-21T09:00:00Z"))
    here.round()
    here.until_due(FEED)
    here.servers.serve(PAGE, page(*FULL, "وأعلن المنظمون مساء اليوم تمديد المعرض ثلاثة أيام أخرى بعد الإقبال الكبير."))
    here.servers.serve(FEED, feed(updated="2025-04-21T10:00:00Z"))
    here.round()
    assert here.servers.count(PAGE) == 2
    assert "تمديد" in body(here)
    assert here.articles()[PAGE].revision == 2


def test_if_the_page_fails_the_teaser_is_stored_and_the_page_tried_twice_more(here: World) -> None:
    here.servers.fail(PAGE, 500)
    here.round()
    assert body(here) == TEASER
    for _ in range(40):
        here.clock.sleep(3_000)
        here.round()
    assert here.servers.count(PAGE) == 3
    here.servers.serve(PAGE, page(*FULL))
    here.clock.sleep(50_000)
    here.round()
    assert here.servers.count(PAGE) == 3
    assert body(here) == TEASER


def test_a_full_text_that_comes_later_is_a_revision(here: World) -> None:
    here.servers.fail(PAGE, 500)
    here.round()
    here.servers.serve(PAGE, page(*FULL))
    # The entry is gone from the feed by then.
    here.servers.serve(FEED, rss())
    here.clock.sleep(4_000)
    here.round()
    assert FULL[-1] in body(here)
    assert here.articles()[PAGE].revision == 2
    assert here.articles()[PAGE].title == "معرض القمح 0"


def test_a_page_that_is_no_article_counts_as_failed(here: World) -> None:
    here.servers.serve(PAGE, b"<!doctype html><title>404 Not Found</title><h1>404 Not Found</h1>")
    report = here.round()
    assert report.pages == {"pages failed": 1}
    assert body(here) == TEASER


def test_robots_txt_is_honoured_once_a_day_unless_the_feed_overrides_it(here: World) -> None:
    here.servers.serve(ROBOTS, b"User-agent: *\nDisallow: /news/\n")
    here.round()
    assert here.servers.count(PAGE) == 0
    assert body(here) == TEASER
    here.until_due(FEED)
    other = "https://one.example/news/2"
    here.servers.serve(other, page(*FULL))
    here.servers.serve(FEED, feed(links=(PAGE, other)))
    here.round()
    assert here.servers.count(ROBOTS) == 1
    assert here.servers.count(other) == 0
    here.feeds.update(FEED, lambda one: replace(one, ignore_robots=True))
    here.until_due(FEED)
    third = "https://one.example/news/3"
    here.servers.serve(third, page(*FULL))
    here.servers.serve(FEED, feed(links=(third,)))
    here.round()
    assert here.servers.count(third) == 1


def test_a_crawl_delay_is_kept(here: World) -> None:
    links = tuple(f"https://one.example/news/{number}" for number in range(4))
    here.servers.serve(ROBOTS, b"User-agent: *\nCrawl-delay: 7\n")
    for number, link in enumerate(links):
        here.servers.serve(link, page(*FULL, f"هذه هي الفقرة الأخيرة من الخبر رقم {number} عن المعرض."))
    here.servers.serve(FEED, feed(links=links))
    here.round()
    times = [asked.at for asked in here.servers.asked if asked.url in links]
    assert len(times) == 4
    assert times[-1] - times[0] >= 3 * 7


def test_too_many_requests_for_pages_cost_no_try(here: World) -> None:
    here.servers.fail(PAGE, 429, "600")
    here.round()
    assert body(here) == TEASER
    here.servers.serve(PAGE, page(*FULL))
    here.clock.sleep(4_000)
    here.round()
    assert FULL[-1] in body(here)


def test_a_crash_between_pages_loses_no_entry(here: World) -> None:
    links = (PAGE, "https://one.example/news/2")

    def crash(asked: Asked) -> Exception:
        raise KeyboardInterrupt

    here.servers.serve(FEED, feed(links=links), etag='"1"')
    here.servers.answers[links[1]] = crash
    with pytest.raises(KeyboardInterrupt):
        here.round()
    here.servers.serve(links[1], page(*FULL, "خاتمة أخرى للخبر الثاني عن المعرض السنوي للقمح."))
    here.round()
    assert here.articles().keys() == set(links)
    assert here.servers.count(PAGE) == 1
    assert here.revisions() == 2


def test_without_its_state_a_page_that_fails_now_keeps_its_full_text(here: World) -> None:
    here.round()
    here.states.forget(here.feeds.load()[0].key)
    here.servers.fail(PAGE, 500)
    here.servers.serve(FEED, feed(f"{TEASER} في نسخة ثانية"))
    here.round()
    assert FULL[-1] in body(here)
    assert here.revisions() == 1


def test_a_teaser_that_is_ingested_later_replaces_no_full_text(here: World) -> None:
    here.round()
    here.feeds.update(FEED, lambda one: replace(one, full_text=False))
    here.until_due(FEED)
    here.servers.serve(FEED, feed(f"{TEASER} في نسخة ثالثة"))
    here.round()
    assert FULL[-1] in body(here)


def test_many_pages_are_spread_over_rounds(here: World) -> None:
    links = tuple(f"https://one.example/news/{number}" for number in range(MAX_PAGES + 20))
    for number, link in enumerate(links):
        here.servers.serve(link, page(*FULL, f"هذه هي الفقرة الأخيرة من الخبر رقم {number} عن المعرض."))
    here.servers.serve(FEED, feed(links=links))
    assert here.round().pages == {"full texts": MAX_PAGES}
    assert len(here.articles()) == len(links)
    here.clock.sleep(4_000)
    assert here.round().pages == {"full texts": 20}
