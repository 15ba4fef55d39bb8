"""Sets the items of one feed apart that share a link."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newsarchive.errors import ParseError
from newsarchive.identity import article_address, is_web_url
from newsarchive.ingest.draft import Draft


def set_apart(drafts: Sequence[Draft | ParseError], keys: Sequence[str]) -> Iterator[Draft | ParseError]:
    """The drafts; those that share a link but not a key get different links.

    The key of an item is its guid, otherwise its title. Two items of one feed are two articles,
    unless they have the same key. A link that they share, such as that of a page of breaking news,
    would make one article of them. A guid that is a URL replaces it; otherwise it gets a fragment,
    which leads to the same page.
    """
    urls = [draft.url if isinstance(draft, Draft) else "" for draft in drafts]
    sharing = Counter(url for url, _ in set(zip(urls, keys, strict=True)) if url)
    for draft, url, key in zip(drafts, urls, keys, strict=True):
        if isinstance(draft, Draft) and sharing[url] > 1 and article_address(url):
            if is_web_url(key) and key != url:
                yield replace(draft, url=key)
                continue
            digest = hashlib.sha256(key.encode(errors="replace")).hexdigest()[:8]
            yield replace(draft, url=f"{url.partition('#')[0]}#!item-{digest}")
        else:
            yield draft
