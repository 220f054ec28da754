"""RDF natives (Turtle, RDF/XML, JSON-LD, N-Triples) and their paths: `dcat:distribution/dcat:accessURL`, `^dcat:dataset`, `a | b`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.crosswalk.document import Document, MalformedError, Node, Select, Text
from kg.crosswalk.xml_document import Versions
from kg.errors import CrosswalkError
from kg.jsonld_context import with_known_contexts
from kg.namespaces import PREFIXES, RDF, compact
from kg.nesting import DEEPEST, nested_too_deep

#: Relative IRIs of a native are resolved against this, so that they are seen and never mistaken for somebody's.
BASE_IRI = "https://w3id.org/dataterra/.well-known/relative/"

#: Longest way from a resource to a value that is told as its place.
_LONGEST_WAY = 5

_FIRST, _REST = RDF.first.value, RDF.rest.value

Resource = ox.NamedNode | ox.BlankNode
Triples = dict[Resource, dict[str, list[Resource | ox.Literal]]]


def parse_rdf(body: bytes, media_type: str) -> RdfDocument:
    """The triples of an RDF document; named graphs are read as one. Remote JSON-LD contexts are never fetched.

    :raises MalformedError: when it cannot be parsed.
    """
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    if rdf_format is None:
        raise MalformedError("rdf.malformed", "", f"no RDF format is known as {media_type}")
    try:
        known = with_known_contexts(body) if rdf_format == ox.RdfFormat.JSON_LD else body
        if nested_too_deep(known):
            raise ValueError(f"brackets are nested deeper than {DEEPEST} levels")
        return RdfDocument.from_triples(quad.triple for quad in ox.parse(known, rdf_format, base_iri=BASE_IRI, lenient=True))
    except SyntaxError as error:
        place = f"line {error.lineno}" if error.lineno else ""
        code = "jsonld.remote-context" if "context" in str(error).lower() and "remote" in str(error).lower() else "rdf.malformed"
        raise MalformedError(code, place, error.msg or str(error)) from error
    except (ValueError, OSError, RecursionError) as error:
        raise MalformedError("rdf.malformed", "", str(error)) from error


@dataclass(slots=True)
class RdfDocument:
    """A parsed RDF native; see `kg.crosswalk.document.Document`. What is found is in the order of the native.

    `root` is the resource that the record describes.
    """

    forward: Triples = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    backward: Triples = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    root: Node = None
    _versions: Versions | None = None
    #: a way that leads to each node; filled when a place is first asked for
    _ways: dict[Node, tuple[Resource, str]] = field(default_factory=dict)

    @classmethod
    def from_triples(cls, triples: Iterable[ox.Triple]) -> RdfDocument:
        """A document that indexes triples by subject and by object."""
        document = cls()
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                continue  # RDF 1.2 triple terms say nothing about a data set
            document.forward[subject][triple.predicate.value].append(value)
            if not isinstance(value, ox.Literal):
                document.backward[value][triple.predicate.value].append(subject)
        document._open_lists()
        return document

    def _open_lists(self) -> None:
        """What stands in an `rdf:List` is read as if it stood in its place, one value after the other."""
        if not any(_FIRST in properties for properties in self.forward.values()):
            return
        for properties in list(self.forward.values()):
            for predicate in properties.keys() - {_FIRST, _REST}:
                properties[predicate] = [member for value in properties[predicate] for member in self._members(value)]

    def _members(self, node: Resource | ox.Literal) -> list[Resource | ox.Literal]:
        if isinstance(node, ox.Literal) or _FIRST not in self.forward.get(node, ()):
            return [node]
        members, seen = list[Resource | ox.Literal](), set[Resource]()
        following: list[Resource | ox.Literal] = [node]
        while following and not isinstance(node := following[0], ox.Literal) and node not in seen:
            seen.add(node)
            members += self.forward[node].get(_FIRST, []) if node in self.forward else []
            following = self.forward[node].get(_REST, []) if node in self.forward else []
        return members

    def about(self, subject: Resource) -> RdfDocument:
        """The same triples as a record of one resource."""
        return RdfDocument(self.forward, self.backward, subject, self._versions)

    def read_as(self, versions: Versions) -> None:
        """Read the properties of other versions of a vocabulary as if they were of the one that the crosswalk names."""
        if versions == self._versions or not versions.patterns:
            return
        self._versions = versions
        written = {predicate for properties in self.forward.values() for predicate in properties}
        others = {predicate: name for predicate in written if (name := _renamed(predicate, versions)) != predicate}
        if not others:
            return
        for index in (self.forward, self.backward):
            for properties in index.values():
                for predicate in properties.keys() & others.keys():
                    properties[others[predicate]] += properties.pop(predicate)

    def string(self, node: Node) -> str:
        """The text of a node; a relative IRI as it was written, so that it is taken for nobody's."""
        return "" if isinstance(node, ox.BlankNode) else str(node.value).removeprefix(BASE_IRI).strip()

    def texts(self, node: Node) -> list[Text]:
        return [(self.string(node), node.language if isinstance(node, ox.Literal) else None)]

    def place(self, node: Node) -> str:
        if not self._ways:
            for subject, properties in self.forward.items():
                for predicate, values in properties.items():
                    for value in values:
                        self._ways.setdefault(value, (subject, predicate))
        steps: list[str] = []
        predicate = ""
        while node != self.root and not (steps and isinstance(node, ox.NamedNode)) and node in self._ways and len(steps) < _LONGEST_WAY:
            node, predicate = self._ways[node]
            steps.insert(0, compact(predicate))
        about = f"<{self.string(node)}>" if isinstance(node, ox.NamedNode) else ""
        return " ".join(part for part in (about, "/".join(steps)) if part)


def compile_property_path(expression: str, namespaces: Mapping[str, str]) -> Select:
    """A selector from a property path: steps joined by `/`, `^` for the inverse, alternatives by `|`, `.` the node itself.

    :raises CrosswalkError: when a prefix is not declared.
    """
    branches = [[step(each.strip(), namespaces) for each in branch.split("/") if each.strip() != "."] for branch in expression.split("|")]

    def select(document: Document, node: Node) -> list[Node]:
        assert isinstance(document, RdfDocument)
        found = [each for branch in branches for each in _walk(document, node, branch)]
        return list(dict.fromkeys(found))

    return select


def _renamed(iri: str, versions: Versions) -> str:
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    name = versions.name(f"{{{iri[:end]}}}{iri[end:]}")
    return name[1:].replace("}", "", 1)


def _walk(document: RdfDocument, node: Node, steps: list[tuple[bool, str]]) -> list[Node]:
    found = [node]
    for inverse, predicate in steps:
        index = document.backward if inverse else document.forward
        found = [each for start in found if start in index for each in index[start].get(predicate, ())]
    return found


def step(written: str, namespaces: Mapping[str, str]) -> tuple[bool, str]:
    """One step of a property path: whether it goes backwards, and the predicate's IRI.

    :raises CrosswalkError: when the prefix is not declared.
    """
    inverse, name = (True, written[1:]) if written.startswith("^") else (False, written)
    if name == "a":
        return inverse, PREFIXES["rdf"] + "type"
    prefix, _, local = name.partition(":")
    start = namespaces.get(prefix) or PREFIXES.get(prefix)
    if start is None:
        raise CrosswalkError(f"the prefix of '{written}' is not declared", hint="add it under namespaces:")
    return inverse, start + local
