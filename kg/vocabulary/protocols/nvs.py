"""Collections of the NERC Vocabulary Server (<https://vocab.nerc.ac.uk/>): one document each, in the NVS profile."""

from __future__ import annotations

from kg.vocabulary.protocols.question import Brought, Question, name_of, with_parameters


def ask(question: Question) -> Brought:
    """Each address is that of a collection: `http://vocab.nerc.ac.uk/collection/R03/current/`. The option `media_type` is that of
    Turtle or JSON-LD.

    :raises FetchError: when one is not to be had.
    """
    media_type = question.options.get("media_type", "text/turtle")
    documents = []
    for address in question.addresses:
        asked = with_parameters(address, _profile="nvs", _mediatype=media_type)
        documents.append((question.get(asked, media_type), f"{name_of(address.replace('/current', ''))}.ttl"))
    return Brought(tuple(documents))
