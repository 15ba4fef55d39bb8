"""The `newsarchive` command."""

try:
    from newsarchive.cli.main import main
except KeyboardInterrupt:
    # Ctrl-C while modules are loading: nothing has run yet, so print nothing.
    raise SystemExit(130) from None

__all__ = ["main"]
