"""The HTTP server of the web application, with limits on clients and several processes on one port."""

from newsarchive.serving.http_server import HttpServer, bind
from newsarchive.serving.limits import Limits
from newsarchive.serving.processes import run
from newsarchive.serving.site import Site

__all__ = ["HttpServer", "Limits", "Site", "bind", "run"]
