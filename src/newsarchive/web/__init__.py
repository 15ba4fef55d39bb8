"""The web: pages for people, feeds for readers, an API for programs."""

from newsarchive.web.app import create_app

__all__ = ["create_app"]
