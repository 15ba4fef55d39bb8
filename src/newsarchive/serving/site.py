"""`Site`: what one process serves."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.alerts.unsubscribing import Unsubscriber
from newsarchive.collecting import collecting_rarely
from newsarchive.config import CONFIG_FILE, Config, load_config
from newsarchive.errors import IndexUnreachable
from newsarchive.library import open_library
from newsarchive.press_review.collection_table import CollectionTable
from newsarchive.serving.background import Opening, sharing_meanwhile
from newsarchive.serving.http_server import HttpServer
from newsarchive.serving.limits import Limits
from newsarchive.web import SiteSettings, create_app, waiting_app, warm_up
from newsarchive.web.live_policies import SettingsFile

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_NEW_OBJECTS = 50_000
"""How many new objects there are before cycles are looked for: those of a few pages."""


@dataclass(frozen=True, slots=True)
class Site:
    """An archive and the settings it is served with."""

    archive: Path
    config: Config
    settings_file: Path | None = None

    @contextmanager
    def open(self, sockets: list[socket.socket]) -> Iterator[HttpServer]:
        """Open the archive and yield a server on bound sockets.

        The sockets listen once the first pages can be served without delay. On a node that reads the archive from a
        cluster which doesn't answer, they listen at once, and the archive is opened as soon as the cluster answers.
        Raises NewsArchiveError if the archive can't be opened.
        """
        config = self.config
        with ExitStack() as stack:
            try:
                app = stack.enter_context(self._app())
            except IndexUnreachable:
                if config.articles_on != "cluster":
                    raise
                app = stack.enter_context(Opening(self._app, waiting_app()).trying())
            # An export keeps its thread as long as the client reads. These threads are in addition, so that pages
            # never wait for slow clients.
            threads = config.threads + config.exports
            yield HttpServer(app, sockets, Limits.of(config), threads=threads, trusted_proxy=config.trusted_proxy)

    @contextmanager
    def _app(self) -> "Iterator[WSGIApplication]":
        """The application, with the archive open, and ready to serve the first page."""
        with ExitStack() as stack:
            stack.enter_context(collecting_rarely(_NEW_OBJECTS))
            library = stack.enter_context(open_library(self.config, folder=self.archive, repairs=True))
            app = create_app(library, self._settings(library.archive.folder))
            warm_up(app, library)
            if library.sharing is not None:
                stack.enter_context(sharing_meanwhile(library.sharing.share))
            yield app

    def _settings(self, folder: Path) -> SiteSettings:
        """What the application needs of the settings. `folder` is where the library has its tables."""
        config, file = self.config, self.settings_file
        is_reading = config.articles_on == "cluster"
        return SiteSettings(
            title=config.site_title,
            url=config.site_url,
            show_subscriptions=config.show_subscriptions,
            metrics=config.metrics,
            allow_indexing=config.allow_indexing,
            unsubscribing=None if is_reading else Unsubscriber(self.archive),
            exports=config.exports,
            export_rows=config.export_rows,
            public_full_text=config.public_full_text,
            cors_origins=config.cors_origins,
            formats=config.formats,
            collection_table=CollectionTable(folder, config.tables),
            writes_collections=not is_reading,
            settings_file=SettingsFile(file or CONFIG_FILE, partial(load_config, file)),
        )
