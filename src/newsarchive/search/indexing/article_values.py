"""Values of an article that aren't words: when it was published, and at which sites."""

from datetime import UTC, date, datetime

from newsarchive.article import Article
from newsarchive.canonical_url import host_of
from newsarchive.search.scoring.ranking import UNDATED

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sites_of(url: str) -> list[str]:
    """The host of a URL and its parent domains, without `www.`: the values that `site:` finds."""
    labels = host_of(url).split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def moment_of(article: Article) -> int:
    """Seconds since 1970 for sorting; a day without a time counts from its first second in UTC."""
    published = article.published
    if published is None:
        return UNDATED
    if not isinstance(published, datetime):
        return (published - date(1970, 1, 1)).days * 86_400
    return int((published - _EPOCH).total_seconds())
