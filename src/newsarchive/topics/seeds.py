"""Seed words: what a topic is about, where no outlet says so.

The table `seed_words.tsv` has words that hardly occur in news about anything but their topic. An
article that begins with several of them is an example of the topic for training, and one without any
is an example of what the topic isn't. Those in between are left out of training.
"""

import re
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.errors import ConfigError
from newsarchive.wording import worded

FILE_NAME = "seed_words.tsv"
READ = 150
"""How many words of the body are searched for seed words."""
_WITH_TITLE = 3
_WITHOUT_TITLE = 5
"""How many different seed words an example has, with one in the title or without."""
_SEPARATOR = re.compile("[,،]")

SeedWords = Mapping[str, frozenset[str]]
"""Topic -> the stems of its seed words."""


def load_seed_words(path: Path | None = None) -> SeedWords:
    """The seed words in a file, or those of this package.

    Raises ConfigError, which names the file and the line, if the file is unreadable or a line has no topic or no words.
    """
    source = path or files("newsarchive.topics").joinpath(FILE_NAME)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(worded("cannot read the seed words {source}: {error}", source=source, error=error)) from error
    seeds: dict[str, frozenset[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        topic, _, listed = line.partition("\t")
        stems = frozenset(stem(word) for part in _SEPARATOR.split(listed) for word in words(part))
        if not topic.strip() or not stems:
            raise ConfigError(
                worded(
                    "{source}:{number}: write a topic, a tab, and words with commas between them",
                    source=source,
                    number=number,
                )
            )
        seeds[topic] = seeds.get(topic, frozenset()) | stems
    return seeds


def evidence(title: Collection[str], body: Collection[str], seeds: frozenset[str]) -> bool | None:
    """Whether an article, given as stems, is an example of the topic of these seed words. None is for neither."""
    in_title = len(seeds.intersection(title))
    in_all = len(seeds.intersection(title) | seeds.intersection(body))
    if in_all >= (_WITH_TITLE if in_title else _WITHOUT_TITLE):
        return True
    return False if in_all <= 1 and not in_title else None
