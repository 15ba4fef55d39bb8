import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from newsarchive.access import Scope
from newsarchive.access.tokens import TokenStore
from newsarchive.config import Config
from newsarchive.library import Library
from newsarchive.serving import HttpServer, Limits, bind
from newsarchive.web import SiteSettings, create_app
from tests.libraries import put_collection
from tests.sample import sample_library

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Options that keep Chromium from contacting any server but ours."""


@dataclass(frozen=True)
class Served:
    """A site, and the token of a reader who may write collections there."""

    address: str
    token: str


# Not for the whole session: Playwright keeps an event loop running in this thread, and the site keeps its index open.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. If it isn't installed, the tests are skipped, except on a build server, where they fail."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        reason = "no chromium in PATH"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield started
        started.close()


@contextmanager
def running(library: Library, **settings: Any) -> Iterator[str]:
    """The URL of a library, served as by `newsarchive serve`, with other settings."""
    (bound,) = bind("127.0.0.1", 0)
    server = HttpServer(create_app(library, SiteSettings(**settings)), [bound], Limits.of(Config()), threads=2)
    serving = Thread(target=server.run)
    serving.start()
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.stop()
    serving.join(timeout=10)


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sample archive on a site."""
    with sample_library(tmp_path_factory.mktemp("site")) as library:
        put_collection(library.archive.folder, "wheat", "talks", "none")
        token = TokenStore(library.archive.folder).create("محررة", scopes=(Scope.READ, Scope.COLLECTIONS))
        with running(library) as address:
            yield Served(address, token)


@pytest.fixture(scope="package")
def site(served: Served) -> str:
    """The URL of the sample archive."""
    return served.address


@pytest.fixture(scope="package")
def writing(browser: Browser, served: Served) -> StorageState:
    """The cookies of a browser in which somebody has signed in who may write collections."""
    context = browser.new_context(base_url=served.address, locale="ar", java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("الرمز", exact=True).fill(served.token)
    page.get_by_label("الرمز", exact=True).press("Enter")
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(params=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """An empty page. Any console message, such as a violation of the content security policy, fails the test."""
    size = {"desktop": (1280, 900), "phone": (390, 844)}[request.param]
    context = browser.new_context(
        base_url=site,
        viewport={"width": size[0], "height": size[1]},
        locale="ar",
    )
    context.set_default_timeout(10_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []
