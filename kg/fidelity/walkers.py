"""Which standard's table counts a format. A new format is a new line here, and a table where its standard has none yet."""

from __future__ import annotations

from kg.fidelity.json_standards import (
    AARDVARK,
    AWS,
    CKAN,
    DATACITE_JSON,
    EODAG,
    ESDD,
    GEONETWORK_INDEX,
    MCF,
    MDJSON,
    OGC_RECORD,
    PIVOT,
    STAC,
    UDATA,
    UMM_C,
    UMM_OTHERS,
)
from kg.fidelity.rdf_standards import DCAT, EPOS, SCHEMA_ORG
from kg.fidelity.tree import Row
from kg.fidelity.xml_standards import DATACITE_XML, DIF, DUBLIN_CORE, ECHO, EML, EPOS_XML, FGDC, ISO

#: format of a crosswalk -> where its standard has its values
WALKERS: dict[str, tuple[Row, ...]] = {
    "aardvark": AARDVARK,
    "aws-open-data": AWS,
    "ckan": CKAN,
    "csw-record": DUBLIN_CORE,
    "datacite-json": DATACITE_JSON,
    "datacite-xml": DATACITE_XML,
    "dcat": DCAT,
    "dif10": DIF,
    "dif9": DIF,
    "echo10": ECHO,
    "eml": EML,
    "eodag-collection": EODAG,
    "epos-dcat-ap": EPOS,
    "epos-xml": EPOS_XML,
    "esdd": ESDD,
    "fgdc": FGDC,
    "geoblacklight": AARDVARK,
    "geonetwork-index": GEONETWORK_INDEX,
    "iso19115-2": ISO,
    "iso19115-3": ISO,
    "iso19115-3-json": ISO,
    "iso19139": ISO,
    "iso19139-json": ISO,
    "mcf": MCF,
    "mdjson": MDJSON,
    "oai-dc": DUBLIN_CORE,
    "ogc-record": OGC_RECORD,
    "schema-org": SCHEMA_ORG,
    "stac-collection": STAC,
    "stac-item": STAC,
    "theia-pivot": PIVOT,
    "udata": UDATA,
    "umm-c": UMM_C,
    "umm-s": UMM_OTHERS,
    "umm-t": UMM_OTHERS,
    "umm-var": UMM_OTHERS,
    "wcmp2": OGC_RECORD,
}
