"""The server that the tests of the engine share."""

import pytest


@pytest.fixture(scope="session")
def search_server(search_hosts: tuple[str, ...]) -> str:
    """The address of a real server with one node. Other tests use it too, so names of indexes must be new."""
    return search_hosts[0]
