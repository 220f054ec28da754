"""Thesauri of a GeoNetwork by its registry API, such as Sextant's (`/srv/api/registries/vocabularies/local.theme.sxt`): SKOS in RDF/XML."""

from __future__ import annotations

from kg.vocabulary.protocols.question import Brought, Question, name_of

_ACCEPT = "application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9"


def ask(question: Question) -> Brought:
    """Each address is that of a thesaurus.

    :raises FetchError: when one is not to be had.
    """
    return Brought(tuple((question.get(address, _ACCEPT), f"{name_of(address)}.rdf") for address in question.addresses))
