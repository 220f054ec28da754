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
#: What is said of every mention.
_SAME_OF_ALL: Final = (
    f"{RDF.type} {SSSOM.Mapping} .\n",
    f"{OWL.annotatedProperty} {SCHEMA.mentions} .\n",
    f"{SSSOM.mapping_justification} <{expand(_JUSTIFICATION)}> .\n",
    f"{SSSOM.mapping_tool} {ox.Literal(AUTHOR.partition(':')[2])} .\n",
)


def words_iri(words: str, language: str) -> Iri:
    """What the ledger has as the subject of a decision on words that stand in texts.

    >>> words_iri("Currents", "en")
    'https://w3id.org/dataterra/words/en/current'
    """
    return Iri(f"{WORDS}{language}/{segment(key_of_words(words, language))}")


def texts_of(triples: bytes, dataset: str) -> list[Text]:
    """Title and descriptions of a data set in its record's N-Triples, the title first."""
    found = []
    for predicate in _TEXTS:
        for line in _lines_that_begin(triples, f'<{dataset}> {predicate} "'.encode()):
            for quad in ox.parse(line, ox.RdfFormat.N_TRIPLES):
                if isinstance(quad.object, ox.Literal):
                    found.append(Text(quad.object.value, quad.object.language or ""))
    return found


def _lines_that_begin(triples: bytes, start: bytes) -> Iterator[bytes]:
    at = 0 if triples.startswith(start) else triples.find(b"\n" + start) + 1
    while triples.startswith(start, at):
        end = triples.find(b"\n", at) + 1 or len(triples)
        yield triples[at:end]
        at = end  # the lines are sorted


def mention_lines(mention: Mention, record: str, dataset: str) -> Iterator[str]:
    """The triples of one mention as N-Triples lines."""
    node, about, concept = f"<{record}#mention-{digest(mention.concept)}>", f"<{dataset}>", f"<{mention.concept}>"
    yield f"{about} {SCHEMA.mentions} {concept} .\n"
    yield f"{node} {OWL.annotatedSource} {about} .\n"
    yield f"{node} {OWL.annotatedTarget} {concept} .\n"
    yield f"{node} {SSSOM.confidence} {ox.Literal(f'{mention.confidence:.3f}', datatype=XSD.decimal)} .\n"
    yield f"{node} {SSSOM.match_string} {ox.Literal(mention.words, language=mention.language)} .\n"
    yield f"{node} {RDFS.comment} {ox.Literal(mention.passage, language=mention.language)} .\n"
    yield from (f"{node} {same}" for same in _SAME_OF_ALL)
