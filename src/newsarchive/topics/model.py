"""STUB"""

from dataclasses import dataclass
from pathlib import Path
from newsarchive.article import Article


@dataclass(frozen=True, slots=True)
class Assignment:
    topic: str
    confidence: float
    words: tuple[str, ...]


W = {"نفط": "economy", "مباراة": "sport", "الرئيس": "politics", "اقتصاد": "economy", "الاقتصادي": "economy"}


class TopicModel:
    digest = "stub"

    def assign(self, article: Article) -> tuple[Assignment, ...]:
        found = {}
        for w in article.body.split():
            if w in W:
                found.setdefault(W[w], []).append(w)
        return tuple(Assignment(t, 0.71, tuple(w)) for t, w in found.items())


def load_model(path: Path | None = None) -> TopicModel:
    return TopicModel()
