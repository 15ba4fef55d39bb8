from collections.abc import Iterator

import pytest

from tests.sample import sample_library
from tests.serving import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the sample archive, as `newsarchive serve` runs it."""
    folder = tmp_path_factory.mktemp("served")
    with sample_library(folder):
        pass
    with serving(folder) as running:
        yield running
