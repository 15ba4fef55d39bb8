"""The web: pages for people, feeds for readers, an API for programs."""

from newsarchive.web.app import create_app, warm_up

__all__ = ["create_app", "warm_up"]
