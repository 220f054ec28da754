"""One spelling for the IRIs and URNs by which records and thesauri name the same concept."""

from __future__ import annotations

import re
from typing import Final

from kg.link.tables import read_table

_NVS: Final = "vocab.nerc.ac.uk/collection/"
_SDN = re.compile(r"(?:https?://(?:www\.)?seadatanet\.org/urnurl/)?(?:urn:)?sdn:([a-z0-9]{3,4}):[^:\s/]*:([^\s/:]+)/?", re.IGNORECASE)
_NVS_URL = re.compile(r"vocab\.nerc\.ac\.uk/(?:collection|collections)/([a-z0-9]{3,4})/(?:[^/\s]+/)?([^/\s]+)/?", re.IGNORECASE)
_WWW = re.compile(r"^www\.", re.IGNORECASE)


def iri_key(iri: str) -> str:
    """The form in which IRIs are compared: no scheme, no `www.`, host in lower case, no slash at the end, NVS URNs as NVS URLs.

    >>> iri_key("SDN:P01::TEMPPR01")
    'vocab.nerc.ac.uk/collection/P01/TEMPPR01'
    >>> iri_key("http://vocab.nerc.ac.uk/collection/P01/current/TEMPPR01/") == iri_key("SDN:P01::TEMPPR01")
    True
    >>> iri_key("https://www.eionet.europa.eu/gemet/concept/542/")
    'eionet.europa.eu/gemet/concept/542'
    """
    iri = iri.strip()
    if found := _SDN.fullmatch(iri):
        return f"{_NVS}{found.group(1).upper()}/{found.group(2).upper()}"
    if not iri.lower().startswith(("http://", "https://")):
        return iri
    rest = _WWW.sub("", iri.partition("://")[2])
    host, slash, path = rest.partition("/")
    rest = host.lower() + slash + path
    if found := _NVS_URL.fullmatch(rest):
        return f"{_NVS}{found.group(1).upper()}/{found.group(2).upper()}"
    return rest.rstrip("/")


def without_sensor_number(iri: str) -> str:
    """An Argo parameter or sensor code without the number that tells several sensors of one float apart; any other IRI as it is.

    >>> without_sensor_number("SDN:R03::PSAL2"), without_sensor_number("SDN:P01::TEMPPR01")
    ('vocab.nerc.ac.uk/collection/R03/PSAL', 'SDN:P01::TEMPPR01')
    """
    key = iri_key(iri)
    return key.rstrip("0123456789") if key.startswith((f"{_NVS}R03/", f"{_NVS}R25/")) else iri


def looks_like_iri(text: str) -> bool:
    """Whether a verbatim string is an IRI or a SeaDataNet URN and nothing else.

    >>> looks_like_iri("SDN:R03::TEMP"), looks_like_iri("https://example.org/a b")
    (True, False)
    """
    return bool(_SDN.fullmatch(text)) or (text.lower().startswith(("http://", "https://", "urn:")) and " " not in text)


def thesaurus_prefixes() -> dict[str, str]:
    """Thesaurus id by the beginning of its concepts' IRIs, as `iri_key` writes them (`mappings/tables/thesauri.csv`)."""
    return {iri_key(row["namespace"]): row["thesaurus"] for row in read_table("thesauri.csv")}
