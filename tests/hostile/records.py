"""Short sound records of three syntaxes, into which tests put what does harm."""

from __future__ import annotations

import orjson

GMD = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:gml="http://www.opengis.net/gml">'
)


def iso(identifier: str = "one", title: str = "A title", inside: str = "", extent: str = "") -> bytes:
    """A short ISO 19139 record."""
    return (
        f"{GMD}<gmd:fileIdentifier><gco:CharacterString>{identifier}</gco:CharacterString></gmd:fileIdentifier>"
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
        f"<gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>"
        f"<gmd:abstract><gco:CharacterString>{title}</gco:CharacterString></gmd:abstract>{inside}"
        f"<gmd:extent><gmd:EX_Extent>{extent}</gmd:EX_Extent></gmd:extent>"
        "</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
    ).encode()


def stac(**given: object) -> bytes:
    """A short STAC collection."""
    extent = {"spatial": {"bbox": [[0, 40, 10, 50]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]}}
    whole = {"type": "Collection", "stac_version": "1.0.0", "id": "one", "title": "A", "description": "A", "license": "CC-BY-4.0"}
    return orjson.dumps(whole | {"extent": extent, "links": []} | given)


TTL = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"


def dcat(properties: str, before: str = "") -> bytes:
    """A short DCAT record."""
    return f'{TTL}{before}<https://example.org/one> a dcat:Dataset ; dct:title "A"@en ; dct:identifier "one" {properties} .\n'.encode()
