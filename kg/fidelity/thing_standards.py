"""Where the standards of instruments, stations and observations have their values, after their schemas."""

from __future__ import annotations

from collections.abc import Iterator

from kg.fidelity.take import any_of, below, leaves_any, matching, texts, url
from kg.fidelity.tree import Node, Row
from kg.fidelity.values import Kind

_UUID = r"^(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
#: The last step of a code's address, or the code behind a `SDN:R25::`.
_CODE = r"([^/:\\]+)/?$"


def gml_box(node: Node) -> Iterator[str]:
    """An envelope of GML without a reference system, or with one whose first axis is latitude (OGC 07-036, 9.10)."""
    corners = [below(node.what, name) for name in ("lowerCorner", "upperCorner")]
    if all(corners):
        (south, west), (north, east) = (corner[0].split()[:2] for corner in corners)
        yield f"{west} {south} {east} {north}"


def gml_point(node: Node) -> Iterator[str]:
    """A point, latitude first."""
    numbers = [text.replace(",", " ").split() for text in texts(node)]
    for latitude, longitude, *_ in (each for each in numbers if len(each) > 1):
        yield f"{longitude} {latitude} {longitude} {latitude}"


def site_point(node: Node) -> Iterator[str]:
    """The longitude and latitude of an object."""
    what = node.what if isinstance(node.what, dict) else {}
    if all(isinstance(what.get(name), int | float) for name in ("latitude", "longitude")):
        yield f"{what['longitude']} {what['latitude']} {what['longitude']} {what['latitude']}"


_PARTIES = (
    Row(Kind.CONTACT, "CI_ResponsibleParty/individualName", leaves_any),
    Row(Kind.CONTACT, "CI_ResponsibleParty/organisationName", leaves_any),
)

_NOT_MEASURED = frozenset({"inputs", "parameters", "capabilities", "characteristics", "position", "positions", "configuration", "modes"})

#: SensorML 2.0 (OGC 12-000) and 1.0 (OGC 07-000); swe Common (OGC 08-094)
SENSORML = (
    Row(Kind.IDENTIFIER, "/*/identifier", texts),
    Row(Kind.IDENTIFIER, "/*/identification/IdentifierList/identifier/Term/value", matching(_UUID)),
    Row(Kind.TITLE, "/*/name", matching(r"^(?!urn:).*")),
    Row(Kind.KEYWORD, "/*/keywords/KeywordList/keyword", texts),
    Row(Kind.DATE, "/*/validTime/TimePeriod/beginPosition", texts),
    Row(Kind.DATE, "/*/validTime/TimePeriod/endPosition", texts),
    *_PARTIES,
    Row(Kind.CONTACT, "ResponsibleParty/individualName", texts),
    Row(Kind.CONTACT, "ResponsibleParty/organizationName", texts),
    Row(Kind.LINK, "document/CI_OnlineResource/linkage", url, frozenset({"history"})),
    Row(Kind.LINK, "Document/onlineResource/@href", url, frozenset({"history"})),
    Row(Kind.VARIABLE, "Quantity/@definition", texts, _NOT_MEASURED),
    Row(Kind.VARIABLE, "Category/@definition", texts, _NOT_MEASURED),
    Row(Kind.VARIABLE, "Count/@definition", texts, _NOT_MEASURED),
    Row(Kind.VARIABLE, "ObservableProperty/@definition", texts, _NOT_MEASURED),
    Row(Kind.INSTRUMENT, "/PhysicalSystem/components/ComponentList/component/@name", texts),
    Row(Kind.BOX, "/*/position/Point/pos", gml_point),
    Row(Kind.BOX, "/*/position/Point/coordinates", gml_point),
    Row(Kind.BOX, "/*/location/Point/pos", gml_point),
)

#: Observations and Measurements 2.0 (OGC 10-025) and 1.0 (OGC 07-022)
OM = (
    Row(Kind.IDENTIFIER, "/*/identifier", texts),
    Row(Kind.TITLE, "/*/name", texts),
    Row(Kind.BOX, "/*/boundedBy/Envelope", gml_box),
    *(
        Row(Kind.DATE, f"/*/{time}/{ends}", texts)
        for time in ("phenomenonTime", "samplingTime", "resultTime")
        for ends in ("TimePeriod/beginPosition", "TimePeriod/endPosition", "TimeInstant/timePosition")
    ),
    Row(Kind.VARIABLE, "/*/observedProperty/@href", texts),
    Row(Kind.VARIABLE, "/*/observedProperty/@title", texts),
    Row(Kind.KEYWORD, "/*/featureOfInterest/@href", texts),
    Row(Kind.INSTRUMENT, "/*/procedure/@href", matching(r"([^/=:#]+)$")),
    Row(Kind.LINK, "/*/result/@href", url),
    *_PARTIES,
)

#: WIGOS Metadata Representation 1.0 <https://github.com/wmo-im/wmdr>
WMDR = (
    Row(Kind.IDENTIFIER, "ObservingFacility/identifier", texts),
    Row(Kind.TITLE, "ObservingFacility/name", texts),
    Row(Kind.TITLE, "FacilitySet/name", texts),
    Row(Kind.BOX, "ObservingFacility/geospatialLocation/GeospatialLocation/geoLocation/Point/pos", gml_point),
    Row(Kind.DATE, "Header/fileDateTime", texts),
    Row(Kind.DATE, "ObservingFacility/dateEstablished", texts),
    Row(Kind.DATE, "ObservingFacility/dateClosed", texts),
    Row(Kind.KEYWORD, "programAffiliation/@href", texts),
    Row(Kind.KEYWORD, "climateZone/@href", texts),
    Row(Kind.KEYWORD, "surfaceCover/@href", texts),
    Row(Kind.VARIABLE, "OM_Observation/observedProperty/@href", texts),
    Row(Kind.PLATFORM, "facility/@href", matching(_CODE)),
    Row(Kind.INSTRUMENT, "Equipment", any_of("model", "manufacturer")),
    Row(Kind.LINK, "result/ResultSet/distributionInfo/*/*/*/*/CI_OnlineResource/linkage", url),
    *(Row(row.kind, row.path, row.take, frozenset({"metadata", "distributionInfo"})) for row in _PARTIES),
)

#: Argo sensor, platform and float JSON <https://github.com/euroargodev/sensor_metadata_json>
ARGO = (
    Row(Kind.IDENTIFIER, "/float_info/float_described", texts),
    Row(Kind.IDENTIFIER, "/sensor_info/sensor_described", texts),
    Row(Kind.TITLE, "/float_info/float_described", texts),
    Row(Kind.TITLE, "/sensor_info/sensor_described", texts),
    Row(Kind.DATE, "/float_info/date_creation", texts),
    Row(Kind.DATE, "/sensor_info/date_creation", texts),
    *(Row(Kind.INSTRUMENT, f"/SENSORS/{name}", matching(_CODE)) for name in ("SENSOR", "SENSOR_MODEL", "SENSOR_MAKER", "SENSOR_SERIAL_NO")),
    *(
        Row(Kind.PLATFORM, f"/PLATFORM/{name}", matching(_CODE))
        for name in ("PLATFORM_TYPE", "PLATFORM_MAKER", "PLATFORM_FAMILY", "FLOAT_SERIAL_NO")
    ),
    Row(Kind.VARIABLE, "/PARAMETERS/PARAMETER", matching(_CODE)),
)

#: ACTRIS Cloudnet data portal <https://docs.cloudnet.fmi.fi/api/data-portal.html>
CLOUDNET_SITE = (
    Row(Kind.IDENTIFIER, "/id", texts),
    Row(Kind.TITLE, "/humanReadableName", texts),
    Row(Kind.KEYWORD, "/type", texts),
    Row(Kind.KEYWORD, "/country", texts),
)
CLOUDNET_INSTRUMENT = (
    Row(Kind.IDENTIFIER, "/uuid", texts),
    Row(Kind.TITLE, "/name", texts),
    Row(Kind.LINK, "/pid", url),
    *(Row(Kind.INSTRUMENT, f"/{name}", texts) for name in ("model", "type", "serialNumber", "instrument")),
    Row(Kind.CONTACT, "/owners", texts),
)
CLOUDNET_PRODUCT = (
    Row(Kind.IDENTIFIER, "/id", texts),
    Row(Kind.TITLE, "/humanReadableName", texts),
    Row(Kind.KEYWORD, "/type", texts),
    Row(Kind.VARIABLE, "/variables/humanReadableName", texts),
    Row(Kind.VARIABLE, "/variables/actrisName", texts),
)
CLOUDNET_FILE = (
    Row(Kind.IDENTIFIER, "/uuid", texts),
    Row(Kind.TITLE, "/filename", texts),
    Row(Kind.DATE, "/measurementDate", texts),
    Row(Kind.DATE, "/createdAt", texts),
    Row(Kind.DATE, "/updatedAt", texts),
    Row(Kind.LINK, "/downloadUrl", url),
    Row(Kind.LINK, "/pid", url),
    Row(Kind.BOX, "/site", site_point),
    Row(Kind.INSTRUMENT, "/instrument/name", texts),
    Row(Kind.PLATFORM, "/site/humanReadableName", texts),
)

#: Settings of the portal of a SEDOO project
SEDOO = (Row(Kind.IDENTIFIER, "/portal/name", texts), Row(Kind.TITLE, "/portal/name", texts), Row(Kind.LINK, "/portal/website", url))
