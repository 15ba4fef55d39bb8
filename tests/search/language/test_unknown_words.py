"""Words that the lexicon lacks meet their forms with prepositions, if the archive confirms it."""

from pathlib import Path

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from tests.libraries import open_archive

WORDS = {"كوفيد": 9, "بكوفيد": 1, "أوميكرون": 6, "لأوميكرون": 2, "بلغاريد": 4, "لغاريد": 4, "تشاتبوط": 3}
"""How many articles have each word. Neither بلغاريد nor لغاريد is far commoner, so they are two names."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return _filled(tmp_path_factory.mktemp("unknown"))


def _filled(folder: Path) -> Library:
    library = open_archive(folder, create=True)
    with ArchiveWriter(library.archive) as writer:
        for word, count in WORDS.items():
            writer.append([Article(id=f"{word}-{at}", title="", body=f"خبر عن {word} رقم {at}") for at in range(count)])
    library.update_index()
    return library


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("كوفيد", 10),
        ("بكوفيد", 10),
        ("أوميكرون", 8),
        ("لأوميكرون", 8),
        ("=كوفيد", 9),
        ("بلغاريد", 4),
        ("لغاريد", 4),
        ("تشاتبوط", 3),
        ("بتشاتبوط", 3),
    ],
)
def test_an_unknown_word_meets_its_forms_with_prepositions(library: Library, query: str, total: int) -> None:
    assert library.search(SearchRequest(text=query)).total == total
