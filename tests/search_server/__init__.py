"""A real OpenSearch server, for tests and for trying it: `python -m tests.search_server`, or `make search-server`.

It comes from Maven Central. It listens on this machine only, has no passwords, and isn't meant for anything else.
"""
