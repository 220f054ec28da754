"""Keyword schemes of NASA's Keyword Management Service: CSV or RDF/XML in pages, or the whole tree in JSON.

<https://wiki.earthdata.nasa.gov/display/ED/KMS+User%27s+Guide>
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kg.errors import FetchError
from kg.vocabulary.protocols.question import Brought, Question, name_of, with_parameters

#: The service gives no more on a page.
PAGE: Final = 2000
_MOST_PAGES: Final = 200
_ACCEPT: Final = {
    "csv": "text/csv, text/plain;q=0.9, */*;q=0.1",
    "rdf": "application/rdf+xml, application/xml;q=0.9",
    "json": "application/json",
}
#: How many concepts a page says that the scheme has: an element of RDF/XML, a cell of CSV.
_HITS: Final = re.compile(rb"<(?:\w+:)?hits[^>]*>\s*(\d+)|\"Hits: (\d+)\"")
_CONCEPT: Final = re.compile(rb"<skos:Concept\s+rdf:about=|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\"?\s*$", re.MULTILINE)


def ask(question: Question) -> Brought:
    """Each address is that of a scheme: `https://gcmd.earthdata.nasa.gov/kms/concepts/concept_scheme/platforms`. The option `format` is
    `csv` (which has no definitions), `rdf` or `json`.

    :raises FetchError: when a page is not to be had, or fewer concepts came than the pages say there are.
    """
    form = question.options.get("format", "rdf")
    documents = []
    for address in question.addresses:
        if form == "json":
            documents.append((question.get(with_parameters(address, format="json"), _ACCEPT["json"]), f"{name_of(address)}.json"))
        else:
            suffix = "rdf" if form == "rdf" else "csv"
            documents.extend((page, f"{name_of(address)}.{suffix}") for page in _pages(question, address, form))
    return Brought(tuple(documents))


def _pages(question: Question, address: str, form: str) -> Iterator[bytes]:
    concepts, hits = 0, None
    for number in range(1, _MOST_PAGES + 1):
        page = question.get(with_parameters(address, format=form, page_num=number, page_size=PAGE), _ACCEPT[form])
        yield page
        found = len(_CONCEPT.findall(page))
        concepts += found
        said = _HITS.search(page)
        hits = int(said.group(1) or said.group(2)) if said else hits
        if found == 0 or (concepts >= hits if hits is not None else found < PAGE):
            break
    # one node of each scheme may be the scheme itself, and is in no page
    if hits is not None and concepts < hits - 1:
        raise FetchError(f"{concepts} of {hits} concepts came", where=address, hint="try again later: the service stopped half-way")
