"""Mentions in the link graph: a property of their own from data set to concept, and a node that tells passage and confidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.link.found_in_text import Mention, Text, key_of_words
from kg.link.version import AUTHOR
from kg.model import Iri
from kg.namespaces import BASE, DCT, OWL, RDF, RDFS, SCHEMA, SSSOM, XSD, digest, expand, segment

#: What a mention is justified by: the words of the text are the concept's label.
_JUSTIFICATION: Final = "semapv:LexicalMatching"
#: Where the IRIs of words begin, on whose meaning in texts people decide.
WORDS: Final = BASE + "words/"
_TEXTS: Final = (DCT.title, DCT.description)


def words_iri(words: str, language: str) -> Iri:
    """What the ledger has as the subject of a decision on words that stand in texts.

    >>> words_iri("Currents", "en")
    'https://w3id.org/dataterra/words/en/current'
    """
    return Iri(f"{WORDS}{language}/{segment(key_of_words(words, language))}")


def texts_of(triples: bytes, dataset: str) -> list[Text]:
    """Title and descriptions of a data set in its record's N-Triples, the title first."""
    found = []
    lines = triples.splitlines()
    for predicate in _TEXTS:
        start = f'<{dataset}> {predicate} "'.encode()
        for line in lines:
            if line.startswith(start):
                for quad in ox.parse(line, ox.RdfFormat.N_TRIPLES):
                    if isinstance(quad.object, ox.Literal):
                        found.append(Text(quad.object.value, quad.object.language or ""))
    return found


def mention_lines(mention: Mention, record: str, dataset: str) -> Iterator[str]:
    """The triples of one mention as N-Triples lines."""
    node = ox.NamedNode(f"{record}#mention-{digest(mention.concept)}")
    about, concept = ox.NamedNode(dataset), ox.NamedNode(mention.concept)
    statements = [
        (about, SCHEMA.mentions, concept),
        (node, RDF.type, SSSOM.Mapping),
        (node, OWL.annotatedSource, about),
        (node, OWL.annotatedProperty, SCHEMA.mentions),
        (node, OWL.annotatedTarget, concept),
        (node, SSSOM.confidence, ox.Literal(f"{mention.confidence:.3f}", datatype=XSD.decimal)),
        (node, SSSOM.mapping_justification, ox.NamedNode(expand(_JUSTIFICATION))),
        (node, SSSOM.mapping_tool, ox.Literal(AUTHOR.partition(":")[2])),
        (node, SSSOM.match_string, ox.Literal(mention.words, language=mention.language)),
        (node, RDFS.comment, ox.Literal(mention.passage, language=mention.language)),
    ]
    yield from (f"{subject} {predicate} {value} .\n" for subject, predicate, value in statements)
