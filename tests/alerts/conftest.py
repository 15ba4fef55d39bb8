from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.world import Mailbox, World, mail_server


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def world(tmp_path: Path, mailbox: Mailbox) -> Iterator[World]:
    """An empty archive whose mail goes to `mailbox`."""
    with mail_server(mailbox) as server:
        world = World(tmp_path / "archive", server.port)
        yield world
        world.close()
