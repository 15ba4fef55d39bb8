"""Asks a site, by its robots.txt, whether a page may be fetched."""

from newsarchive.errors import FetchError
from newsarchive.ingest.fetching import fetch as fetching
from newsarchive.ingest.fetching.robots import allows, robots_address
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.wording import worded

_ADVICE = worded("ask the site, or add --ignore-robots if you may read it nevertheless")


def check_permission(url: str, settings: FetchSettings) -> None:
    """Raise FetchError if the robots.txt of the site forbids the page, or can't be read because the site has a problem.

    Does nothing if the `settings` say so. A site without a robots.txt forbids nothing.
    """
    if not settings.obey_robots:
        return
    robots: bytes | int
    problem = ""
    try:
        robots = fetching.fetch(robots_address(url), settings).content
    except FetchError as error:
        robots, problem = error.status, error.reason
    if allows(robots, fetching.USER_AGENT, url).allowed:
        return
    if problem:
        raise FetchError(
            url,
            worded(
                "whether it may be fetched is unknown, because its robots.txt can't be read: {problem}", problem=problem
            ),
        )
    raise FetchError(url, worded("its site asks programs not to fetch it, in its robots.txt; {advice}", advice=_ADVICE))
