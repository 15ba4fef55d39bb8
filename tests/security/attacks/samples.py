"""Input for the attacks: news items in a common export format, generated from numbers."""

import json
import random
from pathlib import Path
from typing import Any

from tests.security.attacks.commands import run

SECRET = "زمخشريات"
"""A word that only the article to be purged has."""
SOURCES = ("تاس", "الجزيرة", "صحيفة المدينة")
TOPICS = ("سياسة", "رياضة", "اقتصاد")
_WORDS = (
    "مجلس",
    "الوزراء",
    "اتفاق",
    "القمح",
    "مباراة",
    "الفريق",
    "انتخابات",
    "تونس",
    "أسعار",
    "النفط",
    "جامعة",
    "القاهرة",
)


def item(number: int, *, version: int = 1, word: str = "", length: int = 30) -> dict[str, Any]:
    """News item `number`. It has the word «خبرN»; another version has another text. `length` is in words."""
    choice = random.Random(f"{number} {version}")
    words = " ".join(choice.choices(_WORDS, k=length))
    return {
        "title": f"العنوان رقم {number}",
        "body": f"خبر{number} نسخة{version} {word} {words}.",
        "source": SOURCES[number % len(SOURCES)],
        "topics": [TOPICS[number % len(TOPICS)]],
        "published": f"2024-{1 + number % 12:02}-{1 + number % 28:02}",
        "url": f"https://news.example/{number}",
    }


def jsonl(*items: dict[str, Any]) -> bytes:
    """The items as JSON Lines."""
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in items).encode()


def ingest(archive: Path, *items: dict[str, Any]) -> None:
    """Ingest items, which must all be valid."""
    ran = run(archive, "ingest", "-", "--format", "jsonl", stdin=jsonl(*items))
    assert ran.code == 0, ran
