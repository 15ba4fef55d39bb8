"""The `newsarchive` command."""

from newsarchive.cli.main import main

__all__ = ["main"]
