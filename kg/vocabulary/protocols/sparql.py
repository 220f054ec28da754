"""The concepts of a scheme, or of all schemes, from a SPARQL service; the question is put by SPARQLWrapper and sent by our own fetcher."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final
from urllib.request import Request

from pyoxigraph import parse
from SPARQLWrapper import POST, TURTLE, SPARQLWrapper

from kg.errors import FetchError, VocabularyError
from kg.fetch import Fetched
from kg.formats import format_of_media_type
from kg.vocabulary.importers.statements import iri_or_none
from kg.vocabulary.protocols.question import Brought, Question

#: Services cut answers in silence, often at 10,000: a page that is full is followed by another.
PAGE: Final = 5000
_MOST_PAGES: Final = 500


def ask(question: Question) -> Brought:
    """Each address is that of a service. The option `scheme` is the concept scheme that is wanted; `page` the statements a page.

    :raises FetchError: when a page is not to be had.
    """
    page = int(question.options.get("page", PAGE))
    text = _question()
    scheme = question.options.get("scheme", "")
    wanted = text.replace("VALUES ?scheme { }", f"VALUES ?scheme {{ <{_iri(scheme)}> }}" if scheme else "")
    documents = []
    for address in question.addresses:
        for number in range(_MOST_PAGES):
            body = _page(question, address, f"{wanted}\nLIMIT {page} OFFSET {page * number}")
            statements = _count(body)
            if statements:
                documents.append((body, f"page {number + 1} of {address}.nt"))
            if statements < page:
                break
    return Brought(tuple(documents))


def _question() -> str:
    """The question without its comments, in whose words SPARQLWrapper would look for the kind of query."""
    lines = (Path(__file__).parents[2] / "query" / "vocabulary-page.rq").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def _iri(text: str) -> str:
    iri = iri_or_none(text)
    if iri is None:
        raise VocabularyError(f"the scheme '{text}' is no IRI", hint="write it in full")
    return iri.value


def _page(question: Question, address: str, query: str) -> bytes:
    wrapper = _Guarded(address, question)
    wrapper.setQuery(query)
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(TURTLE)
    body: bytes = wrapper.query().response.read()
    return _as_turtle(body, wrapper.fetched, address)


def _as_turtle(body: bytes, fetched: Fetched | None, address: str) -> bytes:
    """The answer in the form that importers expect of its name; services answer RDF/XML to whoever asks for Turtle."""
    form = format_of_media_type(fetched.media_type) if fetched else None
    if form is None or form.rdf is None:
        raise FetchError(f"the answer is {fetched.media_type if fetched else 'nothing'}, no RDF", where=address)
    try:
        triples = [quad.triple for quad in parse(body, format=form.rdf, lenient=True)]
    except SyntaxError as error:
        raise FetchError(
            f"the answer cannot be read: {error}", where=address, hint="services cut long answers: ask for smaller pages"
        ) from error
    return b"".join(f"{triple} .\n".encode() for triple in triples)


def _count(body: bytes) -> int:
    return body.count(b"\n")


class _Guarded(SPARQLWrapper):
    """SPARQLWrapper with the requests that it makes sent by our fetcher, which checks where they go and how long they take."""

    def __init__(self, endpoint: str, question: Question) -> None:
        super().__init__(endpoint)
        self._question = question
        self.fetched: Fetched | None = None

    def _query(self) -> tuple[Any, str]:
        request: Request = self._createRequest()
        accept = request.get_header("Accept") or "text/turtle"
        data = request.data if isinstance(request.data, bytes) else b""
        self.fetched = self._question.fetcher.post(request.full_url, data, accept=accept)
        return io.BytesIO(self._question.told(self.fetched)), self.returnFormat
