"""Which standard's table counts a format. A new format is a new line here, and a table where its standard has none yet."""

from __future__ import annotations

from kg.fidelity.json_standards import DATACITE_JSON, EODAG, ESDD, PIVOT, STAC, UMM_C
from kg.fidelity.rdf_standards import DCAT, EPOS
from kg.fidelity.tree import Row
from kg.fidelity.xml_standards import DATACITE_XML, DIF, DUBLIN_CORE, ECHO, EML, ISO

#: format of a crosswalk -> where its standard has its values
WALKERS: dict[str, tuple[Row, ...]] = {
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
    "esdd": ESDD,
    "iso19115-2": ISO,
    "iso19115-3": ISO,
    "iso19139": ISO,
    "oai-dc": DUBLIN_CORE,
    "stac-collection": STAC,
    "stac-item": STAC,
    "theia-pivot": PIVOT,
    "umm-c": UMM_C,
}
