"""Fetching URLs over guarded connections, with limits on everything."""
