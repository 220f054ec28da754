"""The page of the ontology: every term, so that its IRI, which ends in a fragment, leads to its place on the page."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Triple

from api.messages import Words
from api.pages import local_link
from api.serving import Served
from api.things import Thing
from kg.namespaces import ONTOLOGY, OWL
from kg.ontology.documentation import document, read_examples
from kg.ontology.pages import fragment


def is_ontology(thing: Thing) -> bool:
    """Whether the thing is our ontology."""
    return thing.iri == ONTOLOGY.value


def version_of(served: Served, thing: Thing) -> Thing | None:
    """The ontology, where the thing is the version of it that the release holds."""
    if thing.family != "ontology" or is_ontology(thing):
        return None
    found = served.reader.triples(ONTOLOGY, OWL.versionIRI)
    return next((Thing(ONTOLOGY.value, thing.suffix) for triple in found if getattr(triple.object, "value", "") == thing.iri), None)


def ontology_context(triples: Iterable[Triple], words: Words, root: str) -> dict[str, object]:
    """What the page shows."""
    doc = document(triples, read_examples())
    return {"title": doc.title[words.language], "body": fragment(doc, words.language, lambda iri: _address(iri, root))}


def _address(iri: str, root: str) -> str:
    """A term of ours is on the same page."""
    start = ONTOLOGY.value + "#"
    return "#" + iri.removeprefix(start) if iri.startswith(start) else local_link(iri, root)
