"""What a description lacks, by the measures of its quality."""

from __future__ import annotations

from collections.abc import Iterator

from kg.dataset import DatasetView
from kg.problems import Sentence, Sentences
from kg.search.discovery import RECOMMENDED


def missing_from(view: DatasetView, sentences: Sentences) -> Iterator[tuple[str, Sentence]]:
    """What the measures of quality do not find in a description: the code, and what to do about it."""
    absent = {name for name, has in RECOMMENDED.items() if not has(view)}
    yield from ((code, sentence) for code, sentence in sentences.by_code.items() if sentence.of in absent)
