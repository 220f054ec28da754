"""Documents at plain addresses: RDF, OBO, CF's XML, lists in CSV, workbooks."""

from __future__ import annotations

from kg.vocabulary.protocols.question import RDF, Brought, Question, name_of


def ask(question: Question) -> Brought:
    """Each address gives one document; where there is one alone, the source may say that it has not changed.

    :raises FetchError: when one is not to be had.
    """
    accept = question.options.get("accept", RDF)
    if len(question.addresses) > 1:
        return Brought(tuple((question.get(address, accept), name_of(address)) for address in question.addresses))
    (address,) = question.addresses
    fetched = question.fetcher.get(address, accept=accept, etag=question.etag, modified=question.modified)
    if fetched.body is None:
        return Brought((), question.etag, question.modified, unchanged=True)
    return Brought(((question.told(fetched), name_of(address)),), fetched.etag, fetched.modified)
