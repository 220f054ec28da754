"""Registers of a Linked Data Registry (<https://github.com/UKGovLD/registry-core/wiki/Api>), such as TerraVocab: their valid entries."""

from __future__ import annotations

from kg.vocabulary.protocols.question import Brought, Question, name_of, with_parameters


def ask(question: Question) -> Brought:
    """Each address is that of a register.

    :raises FetchError: when one is not to be had.
    """
    asked = ((with_parameters(each, _format="ttl", _view="with_metadata", status="valid"), name_of(each)) for each in question.addresses)
    return Brought(tuple((question.get(address, "text/turtle"), f"{name}.ttl") for address, name in asked))
