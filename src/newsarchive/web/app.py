"""`create_app`: the web application for an open library."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import cast

from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider

from newsarchive.access.tokens import TokenStore
from newsarchive.arabic.direction import name_direction, text_direction
from newsarchive.errors import NewsArchiveError
from newsarchive.library import Library
from newsarchive.press_review.collection_table import CollectionTable
from newsarchive.search import SearchRequest
from newsarchive.web import (
    advanced,
    api,
    browsing,
    collection_access,
    collection_feeds,
    collection_writing,
    collections,
    concordance,
    crawling,
    feed_list,
    feeds,
    markup,
    pages,
    preferences,
    preferences_page,
    result_list,
    revisions,
    search_engine,
    signing_in,
    story_feeds,
    story_pages,
    subscriptions,
    trends,
    unapi,
    unsubscribing,
)
from newsarchive.web import exports as export_pages
from newsarchive.web.assets import STATIC_FOLDER, StaticFiles, templates_folder
from newsarchive.web.compression import compress
from newsarchive.web.context import STARTED, archive_is_empty, current_interface
from newsarchive.web.cors import allow_reading
from newsarchive.web.errors import register_error_handlers
from newsarchive.web.export_slots import ExportSlots, bind_slots
from newsarchive.web.exports import MOST_ROWS
from newsarchive.web.interface import Interface
from newsarchive.web.live_policies import LivePolicies
from newsarchive.web.paths import path_of
from newsarchive.web.readers import Gate, add_gate, current_gate, current_reader
from newsarchive.web.security import add_security_headers, make_conditional, set_cache_control
from newsarchive.web.site_address import set_site_address
from newsarchive.web.site_settings import SiteSettings
from newsarchive.web.templates import TextEnvironment

_BLUEPRINTS = (
    pages.blueprint,
    concordance.blueprint,
    revisions.blueprint,
    advanced.blueprint,
    trends.blueprint,
    story_pages.blueprint,
    browsing.blueprint,
    feeds.blueprint,
    feed_list.blueprint,
    story_feeds.blueprint,
    collections.blueprint,
    collection_feeds.blueprint,
    collection_writing.blueprint,
    search_engine.blueprint,
    crawling.robots_blueprint,
    api.blueprint,
    export_pages.blueprint,
    unapi.blueprint,
    preferences_page.blueprint,
    signing_in.blueprint,
)
FEED_BLUEPRINTS = frozenset(
    {
        feeds.blueprint.name,
        story_feeds.blueprint.name,
        collection_feeds.blueprint.name,
        search_engine.blueprint.name,
        "feed_list",
        "crawling",
        "sitemaps",
    }
)
"""The blueprints whose responses don't depend on the language of the browser."""


_DEFAULTS = SiteSettings()


def create_app(library: Library, settings: SiteSettings = _DEFAULTS) -> Flask:
    """Create the WSGI application for a library, which the caller keeps open meanwhile and closes afterwards.

    Raises ConfigError if the templates are missing or the path of the site's URL conflicts with a path
    of the app.
    """
    app = Flask(
        "newsarchive.web",
        static_folder=None,
        template_folder=str(templates_folder()),
    )
    app.config.update(
        {
            "SITE_TITLE": settings.title,
            "ALLOW_INDEXING": settings.allow_indexing,
            MOST_ROWS: settings.export_rows,
            preferences.FORMATS: settings.formats,
            STARTED: datetime.now(UTC),
        }
    )
    # Nothing here needs OPTIONS: every URL supports only GET and HEAD, or takes a form.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions.update(bind_slots(ExportSlots(library.archive.folder, settings.exports)))
    table = settings.collection_table or CollectionTable(library.archive.folder)
    app.extensions.update(collection_access.bind_collections(table, may_change=settings.writes_collections))
    app.json = _ReadableJSON(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_environment = TextEnvironment  # type: ignore[assignment] # it is a subclass
    StaticFiles(STATIC_FOLDER).add_to(app)
    optional = {
        subscriptions.page: settings.show_subscriptions,
        subscriptions.metrics: settings.metrics,
        crawling.sitemaps_blueprint: settings.allow_indexing,
        unsubscribing.blueprint: settings.unsubscribing is not None,
    }
    app.extensions[unsubscribing.EXTENSION] = settings.unsubscribing
    for blueprint in (*_BLUEPRINTS, *(one for one, is_wanted in optional.items() if is_wanted)):
        app.register_blueprint(blueprint)
    set_site_address(app, settings.url)
    register_error_handlers(app)
    allow_reading(app, settings.cors_origins, FEED_BLUEPRINTS)
    app.before_request(_check_preferences)
    app.context_processor(_for_every_template)
    app.jinja_env.globals.update(
        archive_is_empty=archive_is_empty,
        choices=result_list.choices,
        collections_with=collection_access.collections_with,
        current_gate=current_gate,
        download_items=result_list.download_items,
        current_reader=current_reader,
        highlighted=markup.highlighted,
        hit_items=result_list.hit_items,
        may_sign_in_to_write=collection_access.may_sign_in_to_write,
        may_write_collections=collection_access.may_write_here,
        is_indexable=crawling.is_indexable,
        name=markup.name,
        name_direction=name_direction,
        path_of=path_of,
        published=markup.published,
        sign_in_address=signing_in.sign_in_address,
        text_direction=text_direction,
        unapi_id=markup.unapi_id,
    )
    # Flask runs these in reverse order, so the headers that depend on the body are set first.
    app.after_request(compress)
    app.after_request(add_security_headers)
    app.after_request(crawling.say_whether_to_index)
    app.after_request(make_conditional)
    app.after_request(_keep_private)
    app.after_request(set_cache_control)
    app.after_request(_say_what_language_depends_on)
    policies = LivePolicies(library.tables, public_full_text=settings.public_full_text, settings=settings.settings_file)
    add_gate(app, Gate(library, TokenStore(library.archive.folder), policies))
    return app


def warm_up(app: Flask, library: Library) -> None:
    """Do in advance what would delay the first page: load the templates, and read the index with a search."""
    cast(TextEnvironment, app.jinja_env).load_all()
    # An unusable index is reported, and repaired, when a user searches.
    with suppress(NewsArchiveError):
        for hit in library.search(SearchRequest(limit=1)).hits:
            library.search(SearchRequest(text=hit.article.title))
        if library.search_service is not None:
            library.search_service.prepare()


class _ReadableJSON(DefaultJSONProvider):
    """Writes Arabic letters unescaped and keeps the order of keys."""

    ensure_ascii = False
    sort_keys = False


def _for_every_template() -> dict[str, Interface]:
    return {"ui": current_interface()}


def _depends_on_reader() -> bool:
    return request.endpoint != "static" and request.blueprint not in FEED_BLUEPRINTS


def _check_preferences() -> None:
    if _depends_on_reader():
        preferences.check_address()


def _keep_private(response: Response) -> Response:
    return preferences.keep_private(response) if _depends_on_reader() else response


def _say_what_language_depends_on(response: Response) -> Response:
    if _depends_on_reader() and "lang" not in request.args:
        response.vary.add("Accept-Language")
    return response
