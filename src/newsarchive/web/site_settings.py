"""`SiteSettings`: what the settings say of a site, as the web application needs it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from newsarchive.i18n import Formats
from newsarchive.press_review.collection_table import CollectionTable
from newsarchive.site_url import SiteUrl
from newsarchive.web.live_policies import SettingsFile
from newsarchive.web.unsubscribing import Unsubscribing


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What one site shows, to whom, and how.

    `title` replaces the title of the site in both languages. All absolute URLs start with `url`, or
    with the host of each request if it is None. `show_subscriptions` and `metrics` add the addresses
    `/subscriptions` and `/metrics`. With `allow_indexing`, search engines may index the articles, and
    there are sitemaps. `unsubscribing` adds `/unsubscribe`. `exports` is how many exports may run at
    the same time, and `export_rows` how many rows one may have; 0 means that there are none, and that
    there is no limit. Without `public_full_text`, no format for programs has the full texts for
    readers without a token. Pages of `cors_origins` may read the API and the feeds. `formats` says how
    dates and numbers are written unless a reader chose otherwise. `collection_table` is that of the
    archive's folder if it is None; without `writes_collections`, nobody can change it here.
    `settings_file` is where `public_full_text` and the policy of sources without one come from, to read
    them again when it changes.
    """

    title: str | None = None
    url: SiteUrl | None = None
    show_subscriptions: bool = False
    metrics: bool = False
    allow_indexing: bool = False
    unsubscribing: Unsubscribing | None = None
    exports: int = 2
    export_rows: int = 0
    public_full_text: bool = True
    cors_origins: Collection[str] = ()
    formats: Formats = field(default_factory=Formats)
    collection_table: CollectionTable | None = None
    writes_collections: bool = True
    settings_file: SettingsFile | None = None
