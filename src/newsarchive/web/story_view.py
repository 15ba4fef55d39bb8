"""The pages of stories as plain data: the largest of a day or week, and the reports of one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.stories.story_queries import StoryInfo
from newsarchive.web.browsing.bars import bars_of_days
from newsarchive.web.facet_view import Option
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links

MOST_STORIES = 30
"""The number of stories on a page and in a feed."""


class Period(StrEnum):
    """The days whose stories are listed: one day, or the seven days that end with it."""

    DAY = "day"
    WEEK = "week"

    def first_day(self, last: date) -> date:
        """The first of the days that end with `last`."""
        return last if self is Period.DAY else last - timedelta(days=min(6, last.toordinal() - 1))


class ShownStory:
    """One story with its articles, read from the archive. Withdrawn articles are left out."""

    def __init__(self, info: StoryInfo, articles: Mapping[str, Article]) -> None:
        self.id = info.id
        self.reports = tuple(articles[report.id] for report in info.reports if report.id in articles)
        self.lead = articles.get(info.central) or self.reports[0]

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources, each once, in the order of their first reports."""
        return tuple(dict.fromkeys(report.source for report in self.reports if report.source))

    @property
    def first(self) -> Article:
        """The report that was published first."""
        return self.reports[0]

    @property
    def last(self) -> Article:
        """The report that was published last."""
        return self.reports[-1]

    def as_article(self, title: str, lines: Sequence[str]) -> Article:
        """The story as an item of a feed: its title, and one paragraph for each report."""
        return Article(
            id=f"story-{self.id}",
            title=title,
            body="\n".join(lines),
            summary=lines[0],
            revision=self.lead.revision,
            published=self.last.published,
            published_relative=self.last.published_relative,
            language=self.lead.language,
            archived_at=max((report.archived_at for report in self.reports if report.archived_at), default=None),
        )


def shown_stories(library: Library, infos: Sequence[StoryInfo]) -> list[ShownStory]:
    """Read the articles of stories, and leave out stories without any."""
    ids = [report.id for info in infos for report in info.reports]
    articles = {key: library.tables.renamed(found) for key, found in library.archive.get_many(ids).items()}
    known = (info for info in infos if any(report.id in articles for report in info.reports))
    return [ShownStory(info, articles) for info in known]


@dataclass(frozen=True, slots=True)
class StoriesView:
    """The largest stories of a day or week, with links to the days before and after."""

    stories: Sequence[ShownStory]
    period: Period
    day: date
    last_day: date | None
    links: Links
    interface: Interface

    @property
    def first_day(self) -> date:
        """The first day of the period."""
        return self.period.first_day(self.day)

    @property
    def heading(self) -> str:
        """The heading: the day, or the first and last day of the week."""
        if self.period is Period.DAY:
            return self.interface.text("stories_of_day", date=self.interface.date(self.day))
        return self.interface.text("stories_of_week", **self.interface.days(self.first_day, self.day))

    @property
    def periods(self) -> tuple[Option, ...]:
        """The choice between the day and the week."""
        return tuple(
            Option(
                self.interface.text(f"stories_{period}"), self.links.stories(period, self.day), period is self.period
            )
            for period in Period
        )

    @property
    def before(self) -> str | None:
        """The URL of the period before this one."""
        return None if self.first_day == date.min else self._at(self.first_day - timedelta(days=1))

    @property
    def after(self) -> str | None:
        """The URL of the period after this one. None if there are no later stories."""
        if self.last_day is None or self.day >= self.last_day:
            return None
        days = 1 if self.period is Period.DAY else 7
        return self._at(min(self.last_day, self.day + timedelta(days=days)))

    def _at(self, day: date) -> str:
        return self.links.stories(self.period, day)

    def size(self, story: ShownStory) -> str:
        """How many articles of how many sources a story has: 12 مقالًا من 4 مصادر."""
        return story_size(story, self.interface)

    def bars(self, story: ShownStory) -> str:
        """How many articles of a story were published on each of its days, as bars."""
        return story_bars(story, self.interface)


def story_bars(story: ShownStory, interface: Interface) -> str:
    """How many articles of a story were published on each of its days, as bars; empty if all are of one day."""
    counts = Counter(report.published_day for report in story.reports if report.published_day)
    if not counts:
        return ""
    peak = max(counts, key=lambda day: counts[day])
    shown = interface.date
    label = interface.text(
        "bars_label",
        span=interface.text("span", **interface.days(min(counts), max(counts))),
        peak=shown(peak),
        count=interface.count("articles", counts[peak]),
    )
    return bars_of_days(counts, label)


def story_size(story: ShownStory, interface: Interface) -> str:
    """How many articles of how many sources a story has: 12 مقالًا من 4 مصادر."""
    return _size(len(story.reports), len(story.sources), interface)


def _size(reports: int, sources: int, interface: Interface) -> str:
    articles = interface.count("articles", reports)
    return f"{articles} {interface.count('of_sources', sources)}" if sources else articles


def report_lines(story: ShownStory, interface: Interface) -> Iterator[str]:
    """A line for each report of a story, after a line with its size: the source, the title and the date."""
    yield story_size(story, interface)
    for report in story.reports:
        title = report.title.strip() or interface.text("untitled")
        day = interface.date(report.published) if report.published else interface.text("undated")
        source = f"{interface.source(report.source)}: " if report.source else ""
        yield f"{source}{title} ({day})"


@dataclass(frozen=True, slots=True)
class StoryLink:
    """What an article's page says of its story."""

    id: str
    size: str


def story_link(library: Library, article_id: str, interface: Interface) -> StoryLink | None:
    """The story of an article. None if the article is alone in it."""
    info = library.groups.story(article_id)
    if info is None or len(info.reports) < 2:
        return None
    return StoryLink(info.id, _size(len(info.reports), len(info.sources), interface))
