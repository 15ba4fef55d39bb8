"""Shared files: what an interruption left is put in order, and a write never conflicts with itself."""

from pathlib import Path
from typing import Any

import pytest

from newsarchive.errors import IndexMissing
from newsarchive.search.opensearch import Connection, SharedFiles, files
from newsarchive.search.opensearch.files import SharedFile, digests
from newsarchive.search.opensearch.mirror import FileMirror


@pytest.fixture
def shared(cluster_connection: Connection, index_name: str, monkeypatch: pytest.MonkeyPatch) -> SharedFiles:
    monkeypatch.setattr(files, "BLOCK", 4)
    monkeypatch.setattr(files, "_IDS_AT_ONCE", 3)
    return SharedFiles(cluster_connection, f"{index_name}-files")


def replaced(shared: SharedFiles, folder: Path, content: str, *, checks_blocks: bool = False) -> bytes:
    """Share a file with this content; return what another node gets."""
    path = folder / "groups.sqlite3"
    path.write_text(content, encoding="ascii")
    shared.replace([SharedFile("groups", digests(path))], {"groups": path}, checks_blocks=checks_blocks)
    return b"".join(shared.fetch(shared.listed().files[0].blocks))


@pytest.mark.parametrize("step", ["_write", "_delete"])
def test_an_interruption_leaves_nothing_for_long(
    shared: SharedFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    assert replaced(shared, tmp_path, "the secret of a purged text") == b"the secret of a purged text"
    with monkeypatch.context() as patch:
        patch.setattr(SharedFiles, step, lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            replaced(shared, tmp_path, "all other words of the archive")
    assert shared._stored_blocks() > shared.listed().blocks
    assert replaced(shared, tmp_path, "all other words", checks_blocks=True) == b"all other words"
    assert shared._stored_blocks() == shared.listed().blocks


def test_a_missing_block_is_sent_again(shared: SharedFiles, tmp_path: Path) -> None:
    replaced(shared, tmp_path, "one two three")
    shared._delete(sorted(shared.listed().blocks)[:2])
    assert replaced(shared, tmp_path, "one two three", checks_blocks=True) == b"one two three"


@pytest.mark.parametrize("is_gone_later", [False, True])
def test_a_node_never_does_without_the_tables(shared: SharedFiles, tmp_path: Path, *, is_gone_later: bool) -> None:
    """Without the table of policies, everybody could read everything."""
    copies = tmp_path / "copies"
    mirror = FileMirror(shared, copies)
    if is_gone_later:
        replaced(shared, tmp_path, "access metadata")
        assert mirror.refresh()
        shared._connection.request("DELETE", f"/{shared.name}")
    with pytest.raises(IndexMissing, match="no tables of the archive"):
        mirror.refresh()
    assert [path.read_text() for path in copies.glob("*")] == (["access metadata"] if is_gone_later else [])


def test_files_get_as_many_copies_as_the_settings_say(shared: SharedFiles, tmp_path: Path) -> None:
    replaced(shared, tmp_path, "one two three")
    for replicas in ("2", "0"):
        again = SharedFiles(shared._connection, shared.name, int(replicas))
        assert replaced(again, tmp_path, f"with {replicas}").startswith(b"with")
        found = shared._connection.request("GET", f"/{shared.name}/_settings")[shared.name]
        assert found["settings"]["index"]["number_of_replicas"] == replicas


def test_a_list_that_was_written_twice_is_one_s_own(
    shared: SharedFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that loses another one sends what it was told again, and the second time is a conflict."""
    replaced(shared, tmp_path, "one two three")
    transport = shared._connection._transport
    perform = transport.perform_request

    def twice(*arguments: Any, **options: Any) -> Any:
        if '"_id":"files"' in str(options.get("body")) and arguments[1] == "/_bulk":
            perform(*arguments, **options)
        return perform(*arguments, **options)

    monkeypatch.setattr(transport, "perform_request", twice)
    assert replaced(shared, tmp_path, "four five six") == b"four five six"
