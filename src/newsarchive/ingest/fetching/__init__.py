"""Fetching addresses: guarded connections, and a limit on everything."""
