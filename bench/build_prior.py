"""Build the counts of stems with which stories begin, from the frozen lexicon.

    python bench/build_prior.py src/newsarchive/stories

Run it when stems or the lexicon change, and raise `rules` of `newsarchive.stories.clusters.Stories`.
The counts, one 16-bit number for each bucket of stems, are the same in every run.
"""

import argparse
import zlib
from pathlib import Path

from newsarchive.stories.vectors import PRIOR_FILE, counts_of_lexicon


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    content = zlib.compress(counts_of_lexicon().astype("<u2").tobytes(), 9)
    (folder / PRIOR_FILE).write_bytes(content)
    print(f"{folder / PRIOR_FILE}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
