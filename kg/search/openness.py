"""Whether data are open, from what the linking found for licence and access; never guessed from words.

*Open* takes an open licence: that anybody may fetch the data does not say that anybody may use them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kg.dataset import DatasetView
from kg.namespaces import EU_ACCESS_RIGHT
from kg.search.concepts import Concepts


class Openness(StrEnum):
    """May I fetch and use the data?"""

    OPEN = "open"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    UNKNOWN = "unknown"


#: EU access rights (<http://publications.europa.eu/resource/authority/access-right>). PUBLIC alone says nothing about use.
_ACCESS_RIGHTS: Final[dict[str, Openness]] = {
    EU_ACCESS_RIGHT + "CONFIDENTIAL": Openness.CLOSED,
    EU_ACCESS_RIGHT + "NON_PUBLIC": Openness.CLOSED,
    EU_ACCESS_RIGHT + "NORMAL": Openness.RESTRICTED,
    EU_ACCESS_RIGHT + "RESTRICTED": Openness.RESTRICTED,
    EU_ACCESS_RIGHT + "SENSITIVE": Openness.CLOSED,
}
_STRICTEST: Final = (Openness.CLOSED, Openness.RESTRICTED, Openness.OPEN)


def openness(view: DatasetView, concepts: Concepts) -> Openness:
    """The strictest of what licence and access say; `unknown` where neither says enough."""
    said = {_ACCESS_RIGHTS[right.value] for right in view.access_rights if right.value in _ACCESS_RIGHTS}
    access = {_of_concept(link.value.iri, concepts) for link in view.linked("access")} - {Openness.OPEN, Openness.UNKNOWN}
    licences = {_of_concept(link.value.iri, concepts) for link in view.linked("licence")}
    said |= access | licences
    return next((state for state in _STRICTEST if state in said), Openness.UNKNOWN)


def _of_concept(iri: str, concepts: Concepts) -> Openness:
    """What the thesaurus says of a licence or access condition with `dt:openness`, on it or on its nearest ancestor."""
    values = (concepts[concept].openness for concept in concepts.closure(iri))
    return next((Openness(value) for value in values if value in set(Openness)), Openness.UNKNOWN)
