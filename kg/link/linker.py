"""Link a record: from its terms to the triples of its link graph, with the ledger entries that say why (`docs/graph.md`, Link graph)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.link.decide import KINDS, decide, is_placeholder
from kg.link.found_in_text import KINDS as TEXT_KINDS
from kg.link.found_in_text import Mention, TextReader
from kg.link.ledger import Decisions, changes
from kg.link.linked_vocabularies import vocabulary_of
from kg.link.matcher import Matcher
from kg.link.mentions import mention_lines, texts_of, words_iri
from kg.link.rights import Rights
from kg.link.things import bearers, family_of, own_property, topic_property
from kg.link.version import AUTHOR_PREFIX
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Iri, Mapping, MappingStatus, Record, Term, TermKind
from kg.namespaces import DCAT, DCT, DT, OWL, RDF, RDFS, SSSOM, XSD, expand

#: The property from a data set to a hub concept, by the concept's kind.
_PROPERTIES: Final[dict[TermKind, NamedNode]] = {
    TermKind.VARIABLE: DT.observedVariable,
    TermKind.INSTRUMENT: DT.instrument,
    TermKind.PLATFORM: DT.platform,
    TermKind.THEME: DCAT.theme,
    TermKind.LICENCE: DT.licence,
    TermKind.ACCESS: DT.accessCondition,
}
#: The property to the official IRI of a licence or an access right.
_OFFICIAL: Final[dict[TermKind, NamedNode]] = {TermKind.LICENCE: DCT.license, TermKind.ACCESS: DCT.accessRights}


class TermState(StrEnum):
    """What became of a term: linked, only proposed for a person to judge, unmapped, or nothing to map (a placeholder)."""

    LINKED = "linked"
    PROPOSED = "proposed"
    UNMAPPED = "unmapped"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What linking adds for one record.

    :param triples: the link graph as sorted N-Triples lines.
    :param new_mappings: what has to be appended to the ledger; the same for every record that has the term.
    :param states: each distinct term of the record with what became of it.
    """

    triples: bytes
    new_mappings: tuple[Mapping, ...] = ()
    states: tuple[tuple[Term, TermState], ...] = ()

    @property
    def counts(self) -> dict[tuple[TermKind, TermState], int]:
        """How many terms of each kind came to each state."""
        return dict(Counter((term.kind, state) for term, state in self.states))


@dataclass(frozen=True, slots=True)
class _Linked:
    """A term's part of the link graph.

    :param ends: predicates and objects, as N-Triples writes them, of a data set that has the term.
    :param concepts: the hub concepts among the objects, with their kinds.
    """

    ends: tuple[str, ...]
    concepts: tuple[tuple[TermKind, str], ...]
    new: tuple[Mapping, ...]
    state: TermState


@dataclass(slots=True)
class Linker:
    """Links records. What it says depends on nothing but the record's terms, the index, the rules and the decisions.

    Without a matcher only the strict rules speak. One linker serves one process; it remembers what it made of at most `remembered` terms.
    """

    index: VocabularyIndex
    rights: Rights
    decisions: Decisions
    matcher: Matcher | None = None
    reader: TextReader | None = None
    remembered: int = 200_000
    _seen: dict[Term, _Linked] = field(default_factory=dict, repr=False)

    def link(self, record: Record, dataset: str = "", triples: Callable[[], bytes] | None = None) -> LinkResult:
        """The link graph of a record, and the decisions behind it that the ledger does not hold yet.

        :param dataset: the data set's IRI where it is not the record's own.
        :param triples: gives the record's graph where the record does not hold it; asked only where texts have to be read.
        """
        topic = dataset or record.dataset
        linked = {term: self._linked(term, record) for term in dict.fromkeys(record.terms)}
        lines = {f"<{topic}> {end} .\n" for each in linked.values() for end in _ends_of(topic, each)}
        said = (triples() if triples else record.triples) if linked or self.reader else b""
        lines.update(_of_things(said, topic, linked))
        lines.update(self._mentions(record, topic, {kind for each in linked.values() for kind, _ in each.concepts}, said))
        new = [mapping for each in linked.values() for mapping in each.new]
        return LinkResult("".join(sorted(lines)).encode(), tuple(new), tuple((term, each.state) for term, each in linked.items()))

    def _mentions(self, record: Record, dataset: str, declared: set[TermKind], triples: bytes) -> Iterator[str]:
        """What the texts name of the kinds of which the record declares nothing that is linked (`docs/graph.md`, Link graph)."""
        if self.reader is None:
            return
        missing = [kind for kind in TEXT_KINDS if kind not in declared]
        if missing and (texts := texts_of(triples, dataset)):
            for mention in self.reader.mentions(texts, missing, lambda found: self._is_refused(found, record)):
                yield from mention_lines(mention, record.iri, dataset)

    def _is_refused(self, mention: Mention, record: Record) -> bool:
        """Whether a person said that the words do not mean the concept, or nothing at all: in this record, in its source, or everywhere."""
        return self.decisions.refuses(words_iri(mention.words, mention.language), mention.concept, record.source, record.iri)

    def learn(self, decisions: Iterable[Mapping]) -> None:
        """Take later decisions into account, and forget what was made of their terms."""
        rows = list(decisions)
        self.decisions = self.decisions.extended(rows)
        subjects = {row.subject for row in rows}
        self._seen = {term: linked for term, linked in self._seen.items() if term.iri not in subjects}

    def mappings(self, term: Term) -> list[Mapping]:
        """What the rules say of a term now, whatever was decided before."""
        if term.kind not in KINDS:
            return self.rights.decide(term)
        strict = decide(term, self.index)
        return self.matcher.extended(term, strict) if self.matcher else strict

    def _linked(self, term: Term, record: Record) -> _Linked:
        if (seen := self._seen.get(term)) is not None:
            return seen
        iri = term.iri
        linked = self._decided(term, record)
        if not self.decisions.is_scoped(iri):
            if len(self._seen) >= self.remembered:
                self._seen.clear()
            self._seen[term] = linked
        return linked

    def _decided(self, term: Term, record: Record) -> _Linked:
        iri = term.iri
        fresh = self.mappings(term)
        new = tuple(changes(self.decisions.of(iri), fresh, AUTHOR_PREFIX))
        current = self.decisions.current(iri, record.source, record.iri, new)
        accepted = [mapping for mapping in current if mapping.status is MappingStatus.ACCEPTED]
        ends = tuple(sorted({end for mapping in accepted for end in self._ends(mapping)}))
        kinds = {mapping.object: kind for mapping in accepted if (kind := self.index.kind(mapping.object)) in _PROPERTIES}
        concepts = tuple((kind, concept) for concept, kind in sorted(kinds.items()))
        return _Linked(ends, concepts, new, self._state(term, ends, current))

    def _state(self, term: Term, ends: tuple[str, ...], current: list[Mapping]) -> TermState:
        if ends:
            return TermState.LINKED
        if any(mapping.status is MappingStatus.PROPOSED for mapping in current):
            return TermState.PROPOSED
        return TermState.PLACEHOLDER if says_nothing(term, self.rights) else TermState.UNMAPPED

    def _ends(self, mapping: Mapping) -> Iterator[str]:
        """Predicate and object of each triple that an accepted mapping makes."""
        kind = self.index.kind(mapping.object)
        if kind in _PROPERTIES:
            yield f"{_PROPERTIES[kind]} <{mapping.object}>"
        kind = kind or self.rights.kind_of_official(mapping.object)
        if kind is None and vocabulary_of(mapping.object):
            yield f"{DCT.subject} <{mapping.object}>"
        official = self.index.official(mapping.object) or self.rights.official(mapping.object)
        if official and kind in _OFFICIAL:
            yield f"{_OFFICIAL[kind]} <{official}>"


def _ends_of(topic: str, linked: _Linked) -> Iterable[str]:
    """What a term says of the topic of its record: of a data set by the short paths, of a thing what it is and observes."""
    family = family_of(topic)
    if not family:
        return linked.ends
    own = {
        f"{_PROPERTIES[kind]} <{concept}>": f"{said} <{concept}>"
        for kind, concept in linked.concepts
        if (said := topic_property(family, kind))
    }
    return [own.get(end, end) for end in linked.ends]


def _of_things(triples: bytes, topic: str, linked: dict[Term, _Linked]) -> Iterator[str]:
    """What terms say of the things and observations of a record that bear them."""
    by_iri = {term.iri: each.concepts for term, each in linked.items() if each.concepts}
    for bearer, term in bearers(triples, topic) if by_iri else ():
        for kind, concept in by_iri.get(Iri(term), ()):
            if said := own_property(family_of(bearer), kind):
                yield f"<{bearer}> {said} <{concept}> .\n"


def says_nothing(term: Term, rights: Rights) -> bool:
    """Whether a term is no loss where it is not linked: a placeholder, or a text on rights that claims nothing."""
    return is_placeholder(term.text) and not term.given_iri if term.kind in KINDS else rights.says_nothing(term)


def distinct_mappings(results: Iterable[LinkResult]) -> list[Mapping]:
    """The new ledger entries of several records, each once: what a batch hands to the ledger."""
    return list(dict.fromkeys(mapping for result in results for mapping in result.new_mappings))


def unmapped_terms(results: Iterable[LinkResult]) -> list[tuple[Term, int]]:
    """The terms that found no concept, with the number of records that use them, the most used first."""
    counter = Counter(term for result in results for term, state in result.states if state is TermState.UNMAPPED)
    return sorted(counter.items(), key=lambda item: (-item[1], item[0].kind, item[0].text))


def mapping_triples(mapping: Mapping) -> bytes:
    """An accepted mapping as the graph `alignment/terms` holds it, as sorted N-Triples lines; nothing for any other.

    The shape is the OWL reification of SSSOM (<https://mapping-commons.github.io/sssom/spec-formats-owl/>).
    """
    if mapping.status is not MappingStatus.ACCEPTED:
        return b""
    is_tool = mapping.author.startswith("tool:")
    statements: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, SSSOM.Mapping),
        (OWL.annotatedSource, NamedNode(mapping.subject)),
        (OWL.annotatedProperty, NamedNode(expand(mapping.predicate))),
        (OWL.annotatedTarget, NamedNode(mapping.object)),
        (SSSOM.mapping_justification, NamedNode(expand(mapping.justification))),
        (SSSOM.confidence, Literal(f"{mapping.confidence:.3f}", datatype=XSD.decimal)),
        (SSSOM.mapping_tool if is_tool else SSSOM.author_label, Literal(mapping.author.partition(":")[2])),
    ]
    if mapping.rule:
        statements.append((RDFS.comment, Literal(mapping.rule, language="en")))
    if mapping.scope:
        statements.append((DT.scope, Literal(mapping.scope)))
    if mapping.time:
        statements.append((SSSOM.mapping_date, Literal(mapping.time[:10], datatype=XSD.date)))
    about = f"<{mapping.iri}>"
    return "".join(sorted(f"{about} {predicate} {value} .\n" for predicate, value in statements)).encode()
