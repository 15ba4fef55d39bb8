"""The `newsarchive` command."""

try:
    from newsarchive.cli.main import main
except KeyboardInterrupt:
    # Ctrl-C while modules are loaded: there is nothing yet to be said about it.
    raise SystemExit(130) from None

__all__ = ["main"]
