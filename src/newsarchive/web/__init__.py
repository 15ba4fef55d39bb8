"""The web: pages for people, feeds for readers, an API for programs."""

from newsarchive.web.app import create_app, warm_up
from newsarchive.web.site_settings import SiteSettings

__all__ = ["SiteSettings", "create_app", "warm_up"]
