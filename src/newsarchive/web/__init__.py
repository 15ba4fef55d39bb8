"""The web: pages for people, feeds for readers, an API for programs."""

from newsarchive.web.app import create_app, warm_up
from newsarchive.web.site_settings import SiteSettings
from newsarchive.web.waiting import waiting_app

__all__ = ["SiteSettings", "create_app", "waiting_app", "warm_up"]
