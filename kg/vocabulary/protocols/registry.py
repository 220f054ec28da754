"""Which protocol a source speaks."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from kg.errors import VocabularyError
from kg.vocabulary.protocols.question import Brought, Question

#: Name of the protocol -> module; its function `ask` takes a question.
PROTOCOLS: Final[dict[str, str]] = {
    "geonetwork": "kg.vocabulary.protocols.geonetwork",
    "kms": "kg.vocabulary.protocols.kms",
    "ldregistry": "kg.vocabulary.protocols.ldregistry",
    "nvs": "kg.vocabulary.protocols.nvs",
    "skosmos": "kg.vocabulary.protocols.skosmos",
    "sparql": "kg.vocabulary.protocols.sparql",
    "url": "kg.vocabulary.protocols.url",
}


def ask(protocol: str, question: Question) -> Brought:
    """All documents of a vocabulary.

    :raises VocabularyError: when the protocol is not known, or the source has no address.
    :raises FetchError: when one document is not to be had: half of a vocabulary is worse than none.
    """
    if protocol not in PROTOCOLS:
        raise VocabularyError(f"the protocol '{protocol}' is not known", hint=f"one of {', '.join(PROTOCOLS)}")
    if not question.addresses:
        raise VocabularyError("the source has no address", hint="say one with --from, or in ontology/sources.toml")
    speak: Callable[[Question], Brought] = import_module(PROTOCOLS[protocol]).ask
    return speak(question)
