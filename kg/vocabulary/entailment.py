"""What follows of a vocabulary and of the mappings between vocabularies: closures, inverses, equivalence over chains of exact matches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, QueryTriples, Store, Triple

from kg.namespaces import OWL, PREFIXES, SKOS
from kg.vocabulary.lines import lines_of

_FOLDER: Final = Path(__file__).parents[1] / "query"
_HEAD: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
#: The statements from which something follows.
STRUCTURE: Final = (
    *(SKOS.broader, SKOS.narrower, SKOS.related, SKOS.topConceptOf, SKOS.hasTopConcept),
    *(SKOS.inScheme, SKOS.exactMatch, OWL.deprecated),
)


@dataclass(frozen=True, slots=True)
class Entailed:
    """What follows of one vocabulary.

    :param lines: statements that the vocabulary does not make itself, as N-Triples lines.
    :param clashes: pairs of its concepts that a chain of exact matches would make one; nothing follows of such chains.
    """

    lines: list[bytes]
    clashes: tuple[tuple[str, str], ...] = ()


class Matches:
    """Exact matches in groups of concepts that chains of them connect: what one scheme needs of them is only what touches its concepts."""

    def __init__(self, matches: Iterable[Triple]) -> None:
        self._stands: dict[str, str] = {}
        exact = [(_iri(each.subject), _iri(each.object), each) for each in matches if each.predicate == SKOS.exactMatch]
        for one, other, _ in exact:
            self._stands[self._root(one)] = self._root(other)
        self._groups: dict[str, list[Triple]] = defaultdict(list)
        for one, _, triple in exact:
            self._groups[self._root(one)].append(triple)

    @property
    def concepts(self) -> Iterable[str]:
        """Everything that a match leads from or to."""
        return self._stands.keys()

    def touching(self, concepts: Iterable[str]) -> list[Triple]:
        """The matches by which some concepts are connected with others."""
        roots = {self._root(concept) for concept in concepts if concept in self._stands}
        return [triple for root in sorted(roots) for triple in self._groups[root]]

    def connect(self, one: str, other: str) -> bool:
        """Whether a chain of the matches leads from one concept to another."""
        return one in self._stands and other in self._stands and self._root(one) == self._root(other)

    def _root(self, concept: str) -> str:
        while (above := self._stands.setdefault(concept, concept)) != concept:
            self._stands[concept] = concept = self._stands[above]
        return concept


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def entailed(triples: Iterable[Triple], matches: Iterable[Triple] = ()) -> Entailed:
    """What follows of a vocabulary.

    :param triples: the statements of the vocabulary.
    :param matches: the exact matches of all others, and of alignments.
    """
    said = {triple for triple in triples if triple.predicate in STRUCTURE}
    schemes = sorted({triple.object.value for triple in said if triple.predicate == SKOS.inScheme and isinstance(triple.object, NamedNode)})
    own = Store()
    own.bulk_extend(Quad(each.subject, each.predicate, each.object) for each in said)
    found = {*_constructed(own, "inferred-above"), *_constructed(own, "inferred-inverse")}
    exact = (each for each in matches if each.predicate == SKOS.exactMatch)
    own.bulk_extend(Quad(each.subject, each.predicate, each.object) for each in exact)
    equal = _constructed(own, "inferred-equal", schemes)
    clashes = tuple(sorted(_clashes(equal, {triple.subject for triple in said if triple.predicate == SKOS.inScheme})))
    apart = {concept for pair in clashes for concept in pair}
    equal = {each for each in equal if isinstance(each.subject, NamedNode) and each.subject.value not in apart}
    return Entailed(lines_of({*found, *equal} - said), clashes)


def _text(name: str, schemes: Iterable[str] = ()) -> str:
    values = " ".join(f"<{scheme}>" for scheme in schemes)
    return _HEAD + (_FOLDER / f"{name}.rq").read_text("utf-8").replace("VALUES ?scheme { }", f"VALUES ?scheme {{ {values} }}")


def _constructed(store: Store, name: str, schemes: Iterable[str] = ()) -> set[Triple]:
    triples = store.query(_text(name, schemes))
    assert isinstance(triples, QueryTriples)
    return set(triples)


def _clashes(equal: Iterable[Triple], members: set[object]) -> set[tuple[str, str]]:
    """Pairs of concepts of one vocabulary that are equal by some chain."""
    return {
        (min(one.value, other.value), max(one.value, other.value))
        for one, other in ((triple.subject, triple.object) for triple in equal)
        if isinstance(one, NamedNode) and isinstance(other, NamedNode) and other in members
    }
