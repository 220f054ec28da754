"""Checks that are queries: `kg/query/checks/*.rq` on the vocabulary with its closure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from kg.namespaces import PREFIXES, SKOS
from kg.vocabulary.checks.found import Found, found

_FOLDER: Final = Path(__file__).parents[2] / "query" / "checks"
_HEAD: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
#: All terms of <https://www.w3.org/TR/skos-reference/#vocab>.
_SKOS: Final = (
    " Collection Concept ConceptScheme OrderedCollection altLabel broadMatch broader broaderTransitive changeNote closeMatch definition"
    " editorialNote exactMatch example hasTopConcept hiddenLabel historyNote inScheme mappingRelation member memberList narrowMatch"
    " narrower narrowerTransitive notation note prefLabel related relatedMatch scopeNote semanticRelation topConceptOf "
)


def names() -> list[str]:
    """The queries, by name."""
    return sorted(path.stem for path in _FOLDER.glob("*.rq"))


def query_checks(triples: Iterable[Triple]) -> Iterator[Found]:
    """What the queries find in a vocabulary."""
    store = Store()
    everything = list(triples)
    store.bulk_extend(Quad(each.subject, each.predicate, each.object) for each in everything)
    store.bulk_extend(Quad(below, SKOS.broaderTransitive, above) for below, above in closure(everything))
    for name in names():
        text = _HEAD + (_FOLDER / f"{name}.rq").read_text("utf-8").replace("VALUES ?known { }", f'VALUES ?known {{ "{_SKOS}" }}')
        solutions = store.query(text)
        assert isinstance(solutions, QuerySolutions)
        bound = {variable.value for variable in solutions.variables}
        for solution in solutions:
            yield found(name, _text(solution["concept"]), _text(solution["value"]) if "value" in bound else "")


def _text(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}" if term.language else term.value
    return term.value if isinstance(term, (NamedNode, BlankNode)) else ""


def closure(triples: Iterable[Triple]) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Each concept with every concept above it, by `skos:broader` and `skos:narrower`; one in a circle is above itself."""
    above: dict[NamedNode, set[NamedNode]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
            if triple.predicate == SKOS.broader:
                above.setdefault(triple.subject, set()).add(triple.object)
            elif triple.predicate == SKOS.narrower:
                above.setdefault(triple.object, set()).add(triple.subject)
    for concept, nearest in above.items():
        reached, waiting = set(nearest), list(nearest)
        while waiting:
            further = above.get(waiting.pop(), set()) - reached
            reached |= further
            waiting.extend(further)
        yield from ((concept, each) for each in reached)
