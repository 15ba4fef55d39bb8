"""What may leave the server in formats for programs: no private paths."""

from dataclasses import replace
from pathlib import PurePath

from newsarchive.article import Article
from newsarchive.syndication import absolute_uri


def public_article(article: Article) -> Article:
    """The article without what must not leave the server: addresses that aren't web addresses, and paths of files."""
    url, origin = article.url if absolute_uri(article.url) else "", article.origin
    if not absolute_uri(origin.location):
        # The path of a file on the server is private; its name is enough.
        origin = replace(origin, location=PurePath(origin.location).name)
    is_public = url == article.url and origin is article.origin
    return article if is_public else replace(article, url=url, origin=origin)
