"""What may leave the server: full texts, if the setting `public_full_text` allows it, and no private paths.

Exports, feeds and the API ask here. The pages of articles show the texts in any case.
"""

from dataclasses import replace
from pathlib import PurePath

from flask import current_app

from newsarchive.article import Article
from newsarchive.syndication import absolute_uri

SETTING = "PUBLIC_FULL_TEXT"
"""The key of the setting in `app.config`."""


def gives_full_text() -> bool:
    """Whether exports, feeds and the API may have the full texts of articles. Summaries they may have in any case."""
    return bool(current_app.config[SETTING])


def public_article(article: Article) -> Article:
    """The article without what must not leave the server: addresses that aren't web addresses, and paths of files."""
    url, origin = article.url if absolute_uri(article.url) else "", article.origin
    if not absolute_uri(origin.location):
        # The path of a file on the server is private; its name is enough.
        origin = replace(origin, location=PurePath(origin.location).name)
    is_public = url == article.url and origin is article.origin
    return article if is_public else replace(article, url=url, origin=origin)
