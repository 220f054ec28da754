"""A data set in schema.org, for search engines that read pages <https://schema.org/Dataset>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from markupsafe import Markup

from api.pages import safe_link
from kg.dataset import AgentRole, Box, DatasetView, Distribution, Period, Text

_TYPES = {"service": "WebAPI"}


def script_of(data: dict[str, Any]) -> Markup:
    """The JSON as the content of a `<script type="application/ld+json">`: with `<`, `>` and `&` escaped, nothing in it ends the element."""
    text = orjson.dumps(data).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


def dataset_json(view: DatasetView, language: str, label: Callable[[str], Text]) -> dict[str, Any]:
    """The data set; what no record says is left out."""
    description = view.description(language)
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": _TYPES.get(view.kind, "Dataset"),
        "@id": view.iri,
        "url": view.iri,
        "name": view.title(language).text,
        "description": description.text if description else None,
        "identifier": [view.doi] if view.doi else [one.value for one in view.identifiers],
        "sameAs": [one.value for one in view.same_as if safe_link(one.value)],
        "license": [one.value for one in view.licences if safe_link(one.value)],
        "keywords": list(dict.fromkeys(one.value.text for one in view.keywords)),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": label(one.value.iri).text, "propertyID": one.value.iri} for one in view.linked("variable")
        ],
        "creator": _agents(view, "creator"),
        "publisher": _agents(view, "publisher"),
        "spatialCoverage": [_place(box) for box in view.boxes],
        "temporalCoverage": [_interval(one.value) for one in view.periods if one.value.start],
        "distribution": [_distribution(one.value) for one in view.distributions if _address(one.value)],
        "datePublished": next((one.value for one in view.issued), None),
        "dateModified": next((one.value for one in view.modified), None),
        "creditText": next((one.value.text for one in view.credits), None),
        "version": next((one.value for one in view.versions), None),
    }
    return {name: value for name, value in found.items() if value}


def _agents(view: DatasetView, role: str) -> list[dict[str, str]]:
    return [_agent(one.value) for one in view.agents if one.value.role == role]


def _agent(part: AgentRole) -> dict[str, str]:
    agent = part.agent
    found = {"@type": "Person" if agent.person else "Organization", "name": agent.name}
    return found | ({"sameAs": agent.identifiers[0]} if agent.identifiers and safe_link(agent.identifiers[0]) else {})


def _place(box: Box) -> dict[str, Any]:
    if box.west == box.east and box.south == box.north:
        return {"@type": "Place", "geo": {"@type": "GeoCoordinates", "latitude": box.south, "longitude": box.west}}
    return {"@type": "Place", "geo": {"@type": "GeoShape", "box": f"{box.south} {box.west} {box.north} {box.east}"}}


def _interval(period: Period) -> str:
    return period.start if period.start == period.end else f"{period.start}/{period.end or '..'}"


def _address(distribution: Distribution) -> str:
    return safe_link(distribution.download_url or distribution.access_url)


def _distribution(distribution: Distribution) -> dict[str, Any]:
    found = {
        "@type": "DataDownload",
        "contentUrl": safe_link(distribution.download_url),
        "url": safe_link(distribution.access_url),
        "encodingFormat": distribution.media_type or distribution.format_text,
        "name": next((title.text for title in distribution.titles), ""),
    }
    return {name: value for name, value in found.items() if value}
