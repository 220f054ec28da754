"""Where the standards in RDF have their values: class and property, after their specifications."""

from __future__ import annotations

from kg.fidelity.take import agent_orcid, box_of, defined_terms, matching_all, of, schema_box, texts, url
from kg.fidelity.tree import Row
from kg.fidelity.values import Kind

_DATA_SETS = ("Dataset", "DatasetSeries")
_ROLES = ("publisher", "creator", "contributor", "rightsHolder", "contactPoint")

_OF_DATA_SETS = tuple(
    row
    for kind in _DATA_SETS
    for row in (
        Row(Kind.TITLE, f"{kind}/title", texts),
        Row(Kind.TITLE, f"{kind}/alternative", texts),
        Row(Kind.LANGUAGE, f"{kind}/language", texts),
        Row(Kind.DATE, f"{kind}/issued", texts),
        Row(Kind.DATE, f"{kind}/modified", texts),
        Row(Kind.DATE, f"{kind}/created", texts),
        Row(Kind.KEYWORD, f"{kind}/keyword", texts),
        Row(Kind.RIGHTS, f"{kind}/rights", of("label")),
        Row(Kind.RIGHTS, f"{kind}/accessRights", of("label")),
        Row(Kind.DATE, f"{kind}/temporal", of("startDate", "endDate")),
        Row(Kind.BOX, f"{kind}/spatial", box_of("bbox")),
        Row(Kind.LINK, f"{kind}/landingPage", url),
        Row(Kind.LINK, f"{kind}/page", url),
        *(Row(Kind.CONTACT, f"{kind}/{role}", of("name", "fn", "organization-name")) for role in _ROLES),
        *(Row(Kind.ORCID, f"{kind}/{role}", agent_orcid) for role in _ROLES),
    )
)

#: DCAT 1 to 3 with the profiles DCAT-AP and GeoDCAT-AP <https://www.w3.org/TR/vocab-dcat-3/>
DCAT = (
    *_OF_DATA_SETS,
    Row(Kind.LINK, "Distribution/accessURL", url),
    Row(Kind.LINK, "Distribution/downloadURL", url),
    Row(Kind.LINK, "DataService/endpointURL", url),
)

#: EPOS-DCAT-AP 1 and 3 <https://epos-eu.github.io/EPOS-DCAT-AP/>: keywords are several in one text
EPOS = (
    *(row for row in DCAT if row.kind is not Kind.KEYWORD),
    Row(Kind.KEYWORD, "Dataset/keyword", matching_all(r"[^,;]+")),
    Row(Kind.KEYWORD, "Dataset/keywords", matching_all(r"[^,;]+")),
)

_SCHEMA_ROLES = ("creator", "author", "contributor", "publisher", "provider", "funder", "sourceOrganization")

#: schema.org Dataset <https://schema.org/Dataset>, as science-on-schema.org recommends it
SCHEMA_ORG = (
    Row(Kind.TITLE, "Dataset/name", texts),
    Row(Kind.TITLE, "Dataset/alternateName", texts),
    Row(Kind.LANGUAGE, "Dataset/inLanguage", texts),
    Row(Kind.DATE, "Dataset/datePublished", texts),
    Row(Kind.DATE, "Dataset/dateModified", texts),
    Row(Kind.DATE, "Dataset/dateCreated", texts),
    Row(Kind.DATE, "Dataset/temporalCoverage", matching_all(r"[^/]+")),
    Row(Kind.BOX, "Dataset/spatialCoverage", schema_box),
    Row(Kind.KEYWORD, "Dataset/keywords", defined_terms),
    Row(Kind.RIGHTS, "Dataset/license", of("name", "url")),
    Row(Kind.VARIABLE, "Dataset/variableMeasured", of("name")),
    *(Row(Kind.CONTACT, f"Dataset/{role}", of("name", "legalName")) for role in _SCHEMA_ROLES),
    *(Row(Kind.ORCID, f"Dataset/{role}", agent_orcid) for role in _SCHEMA_ROLES),
    Row(Kind.LINK, "Dataset/url", url),
    Row(Kind.LINK, "Dataset/distribution", of("contentUrl", "accessUrl", "encodedUrl")),
)
