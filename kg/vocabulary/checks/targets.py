"""Checks across vocabularies: whether what a vocabulary matches is there, in the versions of the library that hold now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.vocabulary.checks.found import Found, found
from kg.vocabulary.concepts import Said, is_opaque


def target_checks(concepts: dict[str, Said], others: Iterable[dict[str, Said]]) -> Iterator[Found]:
    """Matches with concepts that are gone or deprecated. Only namespaces are judged of which a vocabulary of the library has concepts.

    :param others: the concepts of the other vocabularies; not read where nothing is matched.
    """
    if not any(said.matches for said in concepts.values()):
        return
    known: dict[str, Said] = {}
    for other in others:
        known |= other
    spaces = {_space(iri) for iri in known}
    for iri, said in sorted(concepts.items()):
        for _, target in sorted(said.matches):
            if target in known:
                if known[target].deprecated:
                    yield found("target-deprecated", iri, target)
            elif _space(target) in spaces and target not in concepts and not is_opaque(target):
                yield found("target-missing", iri, target)


def _space(iri: str) -> str:
    """An IRI without the name at its end."""
    bare = iri.rstrip("/")
    return bare[: max(bare.rfind("/"), bare.rfind("#"), bare.rfind("_")) + 1]
