"""What differs between two versions of a vocabulary, in concepts and not in lines; and the same in a curator's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml

from kg.resources import resource
from kg.vocabulary.concepts import Said

#: IRIs of concepts, or of a concept with what it was and is.
_Pair = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Concepts by what became of them. A concept may stand in several lists; one that is added or gone stands in no other.

    :param relabelled: concept, its preferred label before, and after (with the language, where it is one that differs).
    :param moved: concept, broader concepts before, and after.
    :param statements: added and removed triples.
    """

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    deprecated: tuple[str, ...] = ()
    relabelled: tuple[_Pair, ...] = ()
    translated: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    redefined: tuple[str, ...] = ()
    moved: tuple[_Pair, ...] = ()
    rescheme: tuple[str, ...] = ()
    mapped: tuple[str, ...] = ()
    statements: tuple[int, int] = (0, 0)

    def counts(self) -> dict[str, int]:
        """How many concepts stand in each list, and how many triples were added and removed."""
        found = {name: len(getattr(self, name)) for name in _LISTS}
        return found | {"triples_added": self.statements[0], "triples_removed": self.statements[1]}

    def words(self, language: str) -> str:
        """What changed, as a curator would say it.

        >>> Difference(added=("a", "b"), relabelled=(("c", "sea", "ocean"),)).words("en")
        '2 concepts added, 1 label changed'
        >>> Difference(added=("a", "b")).words("fr")
        '2 concepts ajoutés'
        """
        words = words_of_vocabularies()[language]
        said = [counted(words[name], len(getattr(self, name)), words) for name in _LISTS if getattr(self, name)]
        if not said and any(self.statements):
            said = [counted(words["statements"], sum(self.statements), words)]
        return ", ".join(said) or str(words["nothing"])


_LISTS: Final = (
    *("added", "gone", "back", "deprecated", "relabelled", "translated"),
    *("renamed", "redefined", "moved", "rescheme", "mapped"),
)


@cache
def words_of_vocabularies() -> dict[str, dict[str, Any]]:
    """The sentences of `mappings/vocabulary-words.yaml`."""
    words: dict[str, dict[str, Any]] = yaml.safe_load(resource("mappings/vocabulary-words.yaml").read_text("utf-8"))
    return words


def counted(forms: dict[str, str], count: int, words: dict[str, Any]) -> str:
    """A number with its noun, as a language writes them.

    >>> counted({"one": "notice", "many": "notices"}, 1200, {"thousands": " "})
    '1 200 notices'
    """
    number = f"{count:,}".replace(",", words["thousands"])
    return f"{number} {forms['one' if count == 1 else 'many']}"


def difference(before: dict[str, Said], after: dict[str, Said], statements: tuple[int, int], *, retired: Iterable[str] = ()) -> Difference:
    """What became of the concepts of one version in another.

    :param statements: added and removed triples.
    :param retired: concepts of `before` that its source had not; where they are back, that is said.
    """
    out = set(retired)
    both = [iri for iri in sorted(before.keys() & after.keys()) if iri not in out]

    def where(changed: Callable[[Said, Said], bool]) -> tuple[str, ...]:
        return tuple(iri for iri in both if changed(before[iri], after[iri]))

    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        gone=tuple(sorted(before.keys() - after.keys() - out)),
        back=tuple(sorted(after.keys() & out)),
        deprecated=where(lambda old, new: new.deprecated and not old.deprecated),
        relabelled=tuple(pair for iri in both for pair in _relabelled(iri, before[iri], after[iri])),
        translated=where(lambda old, new: bool(new.preferred.keys() - old.preferred.keys())),
        renamed=where(lambda old, new: old.other != new.other),
        redefined=where(lambda old, new: old.definitions != new.definitions),
        moved=tuple(
            (iri, " ".join(sorted(before[iri].broader)), " ".join(sorted(after[iri].broader)))
            for iri in where(lambda old, new: old.broader != new.broader)
        ),
        rescheme=where(lambda old, new: old.schemes != new.schemes),
        mapped=where(lambda old, new: old.matches != new.matches),
        statements=statements,
    )


def _relabelled(iri: str, before: Said, after: Said) -> Iterable[_Pair]:
    """Preferred labels that differ, or are gone, language by language."""
    for language in sorted(before.preferred):
        old, new = before.preferred[language], after.preferred.get(language, set())
        if old != new:
            tag = f"@{language}" if language else ""
            yield iri, " / ".join(sorted(old)) + tag, " / ".join(sorted(new)) + tag if new else ""
