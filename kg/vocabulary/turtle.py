"""The one Turtle form in which our vocabularies and ontology files are kept: sorted, one statement a line, so that a diff shows meaning.

Subjects stand by IRI (the scheme or ontology itself first), properties in the order of `_ORDER` and then by name, values by text.
Writing what was read gives the same bytes. Blank nodes have no place here but in lists of IRIs, as OWL has them in property chains.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import VocabularyError
from kg.namespaces import OWL, RDF, RDFS, SKOS, XSD

#: A value; the members of a list.
Term: TypeAlias = NamedNode | Literal | tuple[NamedNode, ...]

#: What people look for first stands first: kind, labels, meaning, place in the tree; everything else follows by name.
_ORDER: Final = (
    RDF.type,
    *(SKOS[name] for name in ("prefLabel", "altLabel", "hiddenLabel")),
    RDFS.label,
    *(SKOS[name] for name in ("definition", "scopeNote", "notation", "topConceptOf", "inScheme", "broader", "narrower")),
)
_RANK: Final = {predicate.value: rank for rank, predicate in enumerate(_ORDER)}
_CELL: Final = (RDF.first, RDF.rest)
_HEADS: Final = (SKOS.ConceptScheme, OWL.Ontology)
# Only plain local names are shortened: everything else would need escapes (https://www.w3.org/TR/turtle/#grammar-production-PN_LOCAL).
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def canonical(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    """The triples in canonical Turtle, with those of the prefixes that are used.

    :raises VocabularyError: when a triple has a blank node or a quoted triple: such files cannot be compared line by line.
    """
    writer = _Writer(prefixes)
    blocks = [writer.block(subject, pairs) for subject, pairs in _by_subject(triples)]
    return writer.head() + "".join("\n" + block for block in blocks)


def recanonical(text: str) -> str:
    """A Turtle document in canonical form, with the prefixes it declares.

    >>> print(recanonical('@prefix ex: <http://e.org/> . ex:a ex:q "2" . ex:a ex:p ex:b .'), end="")
    @prefix ex: <http://e.org/> .
    <BLANKLINE>
    ex:a
        ex:p ex:b ;
        ex:q "2" .

    :raises VocabularyError: when it is no Turtle, or as `canonical`.
    """
    parser = parse(text, format=RdfFormat.TURTLE)
    try:
        triples = [quad.triple for quad in parser]
    except SyntaxError as error:
        raise VocabularyError("this is not Turtle", where=str(error), hint="mend the file at that place") from error
    return canonical(triples, parser.prefixes)


def _by_subject(triples: Iterable[Triple]) -> list[tuple[NamedNode, list[tuple[NamedNode, Term]]]]:
    found: dict[NamedNode, set[tuple[NamedNode, Term]]] = defaultdict(set)
    given = list(triples)
    lists = _lists(given)
    for triple in given:
        if isinstance(triple.subject, BlankNode) and triple.predicate in _CELL:
            continue
        value = lists.get(triple.object) if isinstance(triple.object, BlankNode) else triple.object
        if not isinstance(triple.subject, NamedNode) or value is None or isinstance(value, Triple):
            raise VocabularyError("canonical Turtle keeps IRIs and literals only", where=str(triple), hint="give the blank node an IRI")
        found[triple.subject].add((triple.predicate, value))
    return [(subject, sorted(found[subject], key=_pair_key)) for subject in sorted(found, key=lambda s: _subject_key(s, found[s]))]


def _lists(triples: list[Triple]) -> dict[BlankNode, tuple[NamedNode, ...]]:
    """The lists of IRIs, by the blank node at which each begins."""
    cells: dict[BlankNode, dict[NamedNode, list[object]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, BlankNode):
            cells[triple.subject][triple.predicate].append(triple.object)
    inner = {rest for cell in cells.values() for rest in cell[RDF.rest] if isinstance(rest, BlankNode)}
    return {head: members for head in cells.keys() - inner if (members := _members(head, cells)) is not None}


def _members(head: object, cells: Mapping[BlankNode, Mapping[NamedNode, list[object]]]) -> tuple[NamedNode, ...] | None:
    members: list[NamedNode] = []
    while head != RDF.nil:
        cell = cells.get(head, {}) if isinstance(head, BlankNode) else {}
        if cell.keys() != set(_CELL) or any(len(values) != 1 for values in cell.values()) or len(members) > len(cells):
            return None
        if not isinstance(first := cell[RDF.first][0], NamedNode):
            return None
        members.append(first)
        head = cell[RDF.rest][0]
    return tuple(members)


def _subject_key(subject: NamedNode, pairs: set[tuple[NamedNode, Term]]) -> tuple[bool, str]:
    return not any((RDF.type, head) in pairs for head in _HEADS), subject.value


def _pair_key(pair: tuple[NamedNode, Term]) -> tuple[int, str, str, str, str]:
    predicate, value = pair
    if isinstance(value, Literal):
        return _RANK.get(predicate.value, len(_RANK)), predicate.value, value.language or "", value.value, value.datatype.value
    text = " ".join(member.value for member in value) if isinstance(value, tuple) else value.value
    return _RANK.get(predicate.value, len(_RANK)), predicate.value, "", text, ""


class _Writer:
    """Shortens IRIs, and remembers which prefixes that took."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        # The longest namespace wins; of two prefixes of one namespace the first by name.
        self._prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._used: dict[str, str] = {}

    def head(self) -> str:
        return "".join(f"@prefix {prefix}: <{start}> .\n" for prefix, start in sorted(self._used.items()))

    def block(self, subject: NamedNode, pairs: list[tuple[NamedNode, Term]]) -> str:
        lines = [f"    {self._verb(predicate)} {self._term(value)}" for predicate, value in pairs]
        return self._iri(subject.value) + "\n" + " ;\n".join(lines) + " .\n"

    def _verb(self, predicate: NamedNode) -> str:
        return "a" if predicate == RDF.type else self._iri(predicate.value)

    def _term(self, value: Term) -> str:
        if isinstance(value, NamedNode):
            return self._iri(value.value)
        if isinstance(value, tuple):
            return "( " + " ".join(self._iri(member.value) for member in value) + " )"
        text = '"' + value.value.translate(_ESCAPES) + '"'
        if value.language:
            return f"{text}@{value.language}"
        return text if value.datatype == XSD.string else f"{text}^^{self._iri(value.datatype.value)}"

    def _iri(self, iri: str) -> str:
        for prefix, start in self._prefixes:
            if iri.startswith(start) and _LOCAL.fullmatch(iri[len(start) :]):
                self._used[prefix] = start
                return f"{prefix}:{iri[len(start) :]}"
        return f"<{iri}>"
