"""Vocabularies of Skosmos by its REST API (<https://github.com/NatLibFi/Skosmos/wiki/REST-API>)."""

from __future__ import annotations

from kg.vocabulary.protocols.question import Brought, Question, name_of, with_parameters


def ask(question: Question) -> Brought:
    """Each address is that of a vocabulary of the API: `https://skosmos.aeris-data.fr/rest/v1/aeris_param`.

    :raises FetchError: when one is not to be had.
    """
    asked = ((with_parameters(address.rstrip("/") + "/data", format="text/turtle"), name_of(address)) for address in question.addresses)
    return Brought(tuple((question.get(address, "text/turtle"), f"{name}.ttl") for address, name in asked))
