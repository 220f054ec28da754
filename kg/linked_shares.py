"""What share of the words of records is linked: now, by the state; and before, by a release that is kept.

A *use* is a term in a record, however often the record says it. Placeholders (`kg.link.linker.says_nothing`) and texts on rights that
claim nothing are uses too, counted apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.link.interval import Share
from kg.link.ledger import NO_CONCEPT
from kg.link.linker import says_nothing
from kg.link.rights import Rights
from kg.model import Term, TermKind
from kg.namespaces import BASE, DCT, DT, FOAF, OWL, RDF, TERM_ALIGNMENT
from kg.state import State
from kg.store import Reader

_CROSSWALK: Final = BASE + "crosswalk/"
_RECORD: Final = BASE + "record/"
_DATASET: Final = BASE + "dataset/"
_POLE: Final = BASE + "pole/"


@dataclass(slots=True)
class LinkedShares:
    """Uses by kind and format, all and linked; those that say nothing by kind; data sets by pole, all and with a linked variable."""

    uses: Counter[tuple[TermKind, str]] = field(default_factory=Counter)
    linked: Counter[tuple[TermKind, str]] = field(default_factory=Counter)
    empty: Counter[TermKind] = field(default_factory=Counter)
    poles: dict[str, Share] = field(default_factory=dict)

    def kind(self, kind: TermKind) -> Share:
        """The linked uses of a kind."""
        return self._of(lambda each: each[0] is kind)

    def telling(self, kind: TermKind) -> Share:
        """The linked uses of a kind among those that say something."""
        whole = self.kind(kind)
        return Share(whole.right, whole.n - self.empty[kind])

    def format(self, name: str) -> Share:
        """The linked uses in records of a format."""
        return self._of(lambda each: each[1] == name)

    @property
    def formats(self) -> list[str]:
        """All formats with a use."""
        return sorted({name for _, name in self.uses})

    def _of(self, wanted: Callable[[tuple[TermKind, str]], bool]) -> Share:
        keys = [each for each in self.uses if wanted(each)]
        return Share(sum(self.linked[each] for each in keys), sum(self.uses[each] for each in keys))


def shares_of_state(state: State, rights: Rights) -> LinkedShares:
    """What the ledger says of the published state of all records."""
    found = _counted(state.linked_uses(), rights)
    found.poles = {pole: Share(some, all_) for pole, all_, some in state.variable_shares()}
    return found


def shares_of_release(reader: Reader, rights: Rights) -> LinkedShares:
    """What a release says of itself. Decisions that hold in one source or record count there."""
    scopes = _scopes(reader)
    formats = {
        _subject(triple): _object(triple).removeprefix(_CROSSWALK)
        for triple in reader.triples(predicate=DCT.conformsTo)
        if _object(triple).startswith(_CROSSWALK)
    }
    uses: Counter[tuple[str, str]] = Counter()
    linked: Counter[tuple[str, str]] = Counter()
    said = {(_object(quad), _graph(quad)) for quad in reader.quads(predicate=DT.sourceTerm)}
    for term, record in said:
        key = term, formats.get(record, "")
        uses[key] += 1
        linked[key] += not scopes[term].isdisjoint(("", _source_of(record), record))
    terms = _terms(reader)
    found = _counted(((terms[term], of, count, linked[term, of]) for (term, of), count in uses.items() if term in terms), rights)
    found.poles = _poles(reader)
    return found


def _counted(rows: Iterable[tuple[Term, str, int, int]], rights: Rights) -> LinkedShares:
    found = LinkedShares()
    for term, name, uses, linked in rows:
        found.uses[term.kind, name] += uses
        found.linked[term.kind, name] += linked
        if linked < uses and says_nothing(term, rights):
            found.empty[term.kind] += uses - linked
    return found


def _scopes(reader: Reader) -> defaultdict[str, set[str]]:
    """By linked term, where it is: everywhere (empty), in a source, in a record."""
    graph = TERM_ALIGNMENT
    scope = {_subject(quad): _object(quad) for quad in reader.quads(predicate=DT.scope, graph=graph)}
    nothing = {_subject(quad) for quad in reader.quads(predicate=OWL.annotatedTarget, object=NamedNode(NO_CONCEPT), graph=graph)}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for quad in reader.quads(predicate=OWL.annotatedSource, graph=graph):
        if (mapping := _subject(quad)) not in nothing:
            found[_object(quad)].add(scope.get(mapping, ""))
    return found


def _terms(reader: Reader) -> dict[str, Term]:
    values: dict[str, dict[NamedNode, str]] = defaultdict(dict)
    for predicate in (DT.termKind, DT.givenIri, RDF.value):
        for triple in reader.triples(predicate=predicate):
            values[_subject(triple)][predicate] = _object(triple)
    return {
        term: Term(TermKind(of[DT.termKind]), of.get(RDF.value, ""), given_iri=of.get(DT.givenIri))
        for term, of in values.items()
        if DT.termKind in of
    }


def _poles(reader: Reader) -> dict[str, Share]:
    pole_of = {_subject(t): _object(t).removeprefix(_POLE) for t in reader.triples(predicate=DT.pole)}
    with_variable = {_subject(triple) for triple in reader.triples(predicate=DT.observedVariable)}
    datasets: dict[str, set[str]] = defaultdict(set)
    for record, dataset in _topics(reader):
        datasets[pole_of.get(f"{BASE}source/{_source_of(record)}", "")].add(dataset)
    return {pole: Share(len(of & with_variable), len(of)) for pole, of in sorted(datasets.items())}


def _topics(reader: Reader) -> Iterator[tuple[str, str]]:
    for triple in reader.triples(predicate=FOAF.primaryTopic):
        record, topic = _subject(triple), _object(triple)
        if record.startswith(_RECORD) and topic.startswith(_DATASET):
            yield record, topic


def _source_of(record: str) -> str:
    return record.removeprefix(_RECORD).partition("/")[0]


def _subject(said: Triple | Quad) -> str:
    return said.subject.value if isinstance(said.subject, NamedNode) else ""


def _object(said: Triple | Quad) -> str:
    return said.object.value if isinstance(said.object, NamedNode | Literal) else ""


def _graph(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
