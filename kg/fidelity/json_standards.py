"""Where the standards in JSON have their values, after their schemas."""

from __future__ import annotations

from kg.fidelity.take import (
    any_of,
    box,
    cube_variables,
    doi,
    edges,
    envelope,
    geojson_box,
    listed,
    matching,
    object_levels,
    person,
    stac_boxes,
    stac_intervals,
    stac_link,
    texts,
    url,
    wkt_box,
)
from kg.fidelity.tree import Row
from kg.fidelity.values import Kind

_DATACITE_BOX = box(
    "geoLocationBox/westBoundLongitude",
    "geoLocationBox/southBoundLatitude",
    "geoLocationBox/eastBoundLongitude",
    "geoLocationBox/northBoundLatitude",
)

#: The same in JSON, as the REST API and Bolognese write it; the envelope of JSON:API may be around it.
DATACITE_JSON = tuple(
    row
    for top in ("", "/data/attributes", "/attributes")
    for row in (
        Row(Kind.IDENTIFIER, f"{top}/doi", doi),
        Row(Kind.TITLE, f"{top}/titles/title", texts),
        Row(Kind.TITLE, f"{top}/title", texts),
        Row(Kind.LANGUAGE, f"{top}/language", texts),
        Row(Kind.BOX, f"{top}/geoLocations", _DATACITE_BOX),
        Row(Kind.DATE, f"{top}/publicationYear", texts),
        Row(Kind.DATE, f"{top}/dates/date", matching(r"^([^/]+)")),
        Row(Kind.DATE, f"{top}/dates/date", matching(r"/([^/]+)$")),
        Row(Kind.KEYWORD, f"{top}/subjects/subject", texts),
        Row(Kind.THESAURUS, f"{top}/subjects/subjectScheme", texts),
        Row(Kind.RIGHTS, f"{top}/rightsList/rights", texts),
        Row(Kind.CONTACT, f"{top}/creators/name", texts),
        Row(Kind.CONTACT, f"{top}/creators/affiliation/name", texts),
        Row(Kind.CONTACT, f"{top}/creators/affiliation", texts),
        Row(Kind.CONTACT, f"{top}/contributors/name", texts),
        Row(Kind.CONTACT, f"{top}/publisher/name", texts),
        Row(Kind.CONTACT, f"{top}/publisher", texts),
        Row(Kind.CONTACT, f"{top}/fundingReferences/funderName", texts),
        Row(Kind.LINK, f"{top}/url", url),
        Row(Kind.LINK, f"{top}/contentUrl", url),
        Row(Kind.LINK, f"{top}/doi", doi),
        Row(Kind.LINK, f"{top}/relatedIdentifiers/relatedIdentifier", url),
        Row(Kind.LINK, f"{top}/relatedIdentifiers/relatedIdentifier", doi),
    )
)

#: STAC 0.6 to 1.1, Collection and Item <https://github.com/radiantearth/stac-spec>, with the extensions named in the paths
STAC = (
    Row(Kind.IDENTIFIER, "/id", texts),
    Row(Kind.TITLE, "/title", texts),
    Row(Kind.TITLE, "/properties/title", texts),
    Row(Kind.LANGUAGE, "/language/code", texts),
    Row(Kind.LANGUAGE, "/language", texts),
    Row(Kind.BOX, "/bbox", edges),
    Row(Kind.BOX, "/extent/spatial/bbox", stac_boxes),
    Row(Kind.BOX, "/extent/spatial", edges),
    Row(Kind.BOX, "/extent/bbox", stac_boxes),
    Row(Kind.DATE, "/extent/temporal/interval", stac_intervals),
    Row(Kind.DATE, "/extent/temporal", texts),
    *(
        Row(Kind.DATE, f"/properties/{name}", texts)
        for name in ("datetime", "start_datetime", "end_datetime", "created", "updated", "published")
    ),
    *(Row(Kind.DATE, f"/{name}", texts) for name in ("created", "updated", "published")),
    Row(Kind.KEYWORD, "/keywords", texts),
    Row(Kind.KEYWORD, "/properties/keywords", texts),
    Row(Kind.RIGHTS, "/license", texts),
    Row(Kind.RIGHTS, "/properties/license", texts),
    Row(Kind.CONTACT, "/providers/name", texts),
    Row(Kind.CONTACT, "/properties/providers/name", texts),
    Row(Kind.CONTACT, "/contacts/name", texts),
    Row(Kind.CONTACT, "/contacts/organization", texts),
    Row(Kind.LINK, "/links", stac_link),
    Row(Kind.LINK, "/assets/*/href", matching(r"^(?:https?|ftps?|s3|gs)://\S+$")),
    Row(Kind.LINK, "/sci:doi", doi),
    Row(Kind.INSTRUMENT, "/summaries/instruments", texts),
    Row(Kind.INSTRUMENT, "/properties/instruments", texts),
    Row(Kind.INSTRUMENT, "/summaries/eo:instrument", texts),
    Row(Kind.INSTRUMENT, "/properties/eo:instrument", texts),
    Row(Kind.PLATFORM, "/summaries/platform", texts),
    Row(Kind.PLATFORM, "/properties/platform", texts),
    Row(Kind.PLATFORM, "/summaries/eo:platform", texts),
    Row(Kind.PLATFORM, "/properties/eo:platform", texts),
    Row(Kind.PLATFORM, "/summaries/constellation", texts),
    Row(Kind.PLATFORM, "/properties/constellation", texts),
    Row(Kind.VARIABLE, "/cube:variables", cube_variables),
    Row(Kind.VARIABLE, "/properties/cube:variables", cube_variables),
)


#: Collections as EODAG lists them <https://github.com/CS-SI/eodag>: a STAC Collection without its envelope, summaries at the top
EODAG = (
    *STAC,
    Row(Kind.PLATFORM, "/platform", listed),
    Row(Kind.PLATFORM, "/constellation", listed),
    Row(Kind.INSTRUMENT, "/instruments", listed),
)

_PIVOT_META = "/dataset/metadata"
_PIVOT_RESOURCE = f"{_PIVOT_META}/onlineResource"
_PIVOT_SERIES = "/dataset/observations"

#: Theia/OZCAR pivot <https://github.com/theia-ozcar-is/data-model-documentation>
PIVOT = (
    Row(Kind.IDENTIFIER, "/dataset/datasetId", texts),
    Row(Kind.TITLE, f"{_PIVOT_META}/title", texts),
    Row(Kind.TITLE, f"{_PIVOT_META}/title/*", texts),
    Row(Kind.BOX, f"{_PIVOT_META}/spatialExtent", geojson_box),
    Row(Kind.DATE, f"{_PIVOT_SERIES}/temporalExtent/dateBeg", texts),
    Row(Kind.DATE, f"{_PIVOT_SERIES}/temporalExtent/dateEnd", texts),
    Row(Kind.KEYWORD, f"{_PIVOT_META}/keywords/keyword", texts),
    Row(Kind.KEYWORD, f"{_PIVOT_META}/topicCategories", texts),
    Row(Kind.KEYWORD, f"{_PIVOT_META}/portalSearchCriteria/*", texts),
    Row(Kind.RIGHTS, f"{_PIVOT_META}/dataConstraint/accessUseConstraint", texts),
    Row(Kind.RIGHTS, f"{_PIVOT_META}/dataConstraint/licence/title", texts),
    Row(Kind.CONTACT, "contacts", person("firstName", "lastName")),
    Row(Kind.CONTACT, "contacts/organisation/name", texts),
    Row(Kind.CONTACT, "/producer/name", texts),
    Row(Kind.CONTACT, "/producer/fundings/name", texts),
    Row(Kind.LINK, f"{_PIVOT_RESOURCE}/urlDownload", url),
    Row(Kind.LINK, f"{_PIVOT_RESOURCE}/urlInfo", url),
    Row(Kind.LINK, f"{_PIVOT_RESOURCE}/doi", doi),
    Row(Kind.LINK, f"{_PIVOT_RESOURCE}/webservices/url", url),
    Row(Kind.LINK, f"{_PIVOT_META}/documents/url", url),
    Row(Kind.INSTRUMENT, "dataProduction/sensors", any_of("name", "model", "sensorType", "manufacturer")),
    Row(Kind.PLATFORM, "dataProduction/platforms", any_of("name")),
    Row(Kind.VARIABLE, f"{_PIVOT_SERIES}/observedProperty/name", texts),
)

#: Lines of the ESDD catalogues of April 2024
ESDD = (
    Row(Kind.IDENTIFIER, "/id", texts),
    Row(Kind.TITLE, "/title/v", texts),
    Row(Kind.BOX, "/wkt", wkt_box()),
    Row(Kind.DATE, "/begin", texts),
    Row(Kind.DATE, "/end", matching(r"^(?!2099|21|9999)(.+)")),
    Row(Kind.KEYWORD, "/keywords/v", texts),
)

_UMM_BOX = box("WestBoundingCoordinate", "SouthBoundingCoordinate", "EastBoundingCoordinate", "NorthBoundingCoordinate")

#: Unified Metadata Model for collections <https://github.com/nasa/Common-Metadata-Repository/tree/master/umm-spec-lib>; the CMR's envelope
#: (`meta`, `umm`) may be around it
UMM_C = tuple(
    row
    for top in ("", "/umm")
    for row in (
        Row(Kind.IDENTIFIER, f"{top}/ShortName", texts),
        Row(Kind.TITLE, f"{top}/EntryTitle", texts),
        Row(Kind.LANGUAGE, f"{top}/DataLanguage", texts),
        Row(Kind.BOX, f"{top}/SpatialExtent/HorizontalSpatialDomain/Geometry/BoundingRectangles", _UMM_BOX),
        Row(Kind.DATE, f"{top}/TemporalExtents/RangeDateTimes/*DateTime", texts),
        Row(Kind.DATE, f"{top}/TemporalExtents/SingleDateTimes", texts),
        Row(Kind.DATE, f"{top}/DataDates/Date", texts),
        Row(Kind.KEYWORD, f"{top}/ScienceKeywords", object_levels),
        Row(Kind.KEYWORD, f"{top}/ScienceKeywords/DetailedVariable", texts),
        Row(Kind.KEYWORD, f"{top}/AncillaryKeywords", texts),
        Row(Kind.KEYWORD, f"{top}/ISOTopicCategories", texts),
        Row(Kind.KEYWORD, f"{top}/LocationKeywords", object_levels),
        Row(Kind.KEYWORD, f"{top}/Projects", any_of("ShortName", "LongName")),
        Row(Kind.RIGHTS, f"{top}/UseConstraints/Description", texts),
        Row(Kind.RIGHTS, f"{top}/UseConstraints/LicenseText", texts),
        Row(Kind.RIGHTS, f"{top}/UseConstraints", texts),
        Row(Kind.RIGHTS, f"{top}/AccessConstraints/Description", texts),
        Row(Kind.CONTACT, "DataCenters", any_of("LongName", "ShortName")),
        Row(Kind.CONTACT, "ContactPersons", person("FirstName", "MiddleName", "LastName")),
        Row(Kind.LINK, f"{top}/RelatedUrls/URL", url),
        Row(Kind.LINK, f"{top}/DOI/DOI", doi),
        Row(Kind.INSTRUMENT, f"{top}/Platforms/Instruments", any_of("ShortName", "LongName")),
        Row(Kind.PLATFORM, f"{top}/Platforms", any_of("ShortName", "LongName")),
    )
)

#: OGC API - Records, record core in GeoJSON <https://docs.ogc.org/is/20-004r1/20-004r1.html>, and the WMO Core Metadata Profile 2 upon it
OGC_RECORD = (
    Row(Kind.IDENTIFIER, "/id", texts),
    Row(Kind.TITLE, "/properties/title", texts),
    Row(Kind.LANGUAGE, "/properties/language/code", texts),
    Row(Kind.LANGUAGE, "/properties/language", texts),
    Row(Kind.BOX, "/geometry", geojson_box),
    Row(Kind.DATE, "/time/interval", texts),
    Row(Kind.DATE, "/time/date", texts),
    Row(Kind.DATE, "/time/timestamp", texts),
    Row(Kind.DATE, "/properties/created", texts),
    Row(Kind.DATE, "/properties/updated", texts),
    Row(Kind.KEYWORD, "/properties/keywords", texts),
    Row(Kind.KEYWORD, "/properties/themes/concepts", any_of("title", "id")),
    Row(Kind.RIGHTS, "/properties/license", texts),
    Row(Kind.RIGHTS, "/properties/rights", texts),
    Row(Kind.CONTACT, "/properties/contacts/name", texts),
    Row(Kind.CONTACT, "/properties/contacts/organization", texts),
    Row(Kind.LINK, "/links", stac_link),
)

#: Registry of Open Data on AWS <https://github.com/awslabs/open-data-registry>
AWS = (
    Row(Kind.TITLE, "/Name", texts),
    Row(Kind.KEYWORD, "/Tags", matching(r"^(?!aws-pds$)(.+)$")),  # the mark of the programme, on nearly all
    Row(Kind.ORCID, "/ManagedBy", texts),  # those of authors of tutorials are not the data set's
    Row(Kind.RIGHTS, "/License", texts),
    Row(Kind.LINK, "/Documentation", url),
    Row(Kind.LINK, "/DataAtWork/*/URL", url),
)

#: OpenGeoMetadata Aardvark <https://opengeometadata.org/ogm-aardvark/> and GeoBlacklight 1.0
AARDVARK = (
    Row(Kind.IDENTIFIER, "/id", texts),
    Row(Kind.IDENTIFIER, "/layer_slug_s", texts),
    Row(Kind.TITLE, "/dct_title_s", texts),
    Row(Kind.TITLE, "/dc_title_s", texts),
    Row(Kind.TITLE, "/dct_alternative_sm", texts),
    Row(Kind.LANGUAGE, "/dct_language_sm", texts),
    Row(Kind.BOX, "/dcat_bbox", envelope),
    Row(Kind.BOX, "/solr_geom", envelope),
    Row(Kind.KEYWORD, "/dct_subject_sm", texts),
    Row(Kind.KEYWORD, "/dc_subject_sm", texts),
    Row(Kind.KEYWORD, "/dcat_theme_sm", texts),
    Row(Kind.KEYWORD, "/dcat_keyword_sm", texts),
    Row(Kind.KEYWORD, "/dct_spatial_sm", texts),
    Row(Kind.RIGHTS, "/dct_license_sm", texts),
    Row(Kind.RIGHTS, "/dct_rights_sm", texts),
    Row(Kind.CONTACT, "/dct_creator_sm", texts),
    Row(Kind.CONTACT, "/dc_creator_sm", texts),
    Row(Kind.CONTACT, "/dct_publisher_sm", texts),
    Row(Kind.CONTACT, "/schema_provider_s", texts),
)

#: Unified Metadata Model for services, tools and variables
UMM_OTHERS = tuple(
    row
    for top in ("", "/umm")
    for row in (
        Row(Kind.IDENTIFIER, f"{top}/Name", texts),
        Row(Kind.TITLE, f"{top}/Name", texts),
        Row(Kind.TITLE, f"{top}/LongName", texts),
        Row(Kind.DATE, f"{top}/LastUpdatedDate", texts),
        Row(Kind.KEYWORD, f"{top}/ServiceKeywords", object_levels),
        Row(Kind.KEYWORD, f"{top}/ToolKeywords", object_levels),
        Row(Kind.KEYWORD, f"{top}/ScienceKeywords", object_levels),
        Row(Kind.RIGHTS, f"{top}/UseConstraints/LicenseText", texts),
        Row(Kind.CONTACT, f"{top}/ServiceOrganizations", any_of("LongName", "ShortName")),
        Row(Kind.CONTACT, f"{top}/Organizations", any_of("LongName", "ShortName")),
        Row(Kind.CONTACT, f"{top}/ContactPersons", person("FirstName", "MiddleName", "LastName")),
        Row(Kind.LINK, f"{top}/URL/URLValue", url),
        Row(Kind.LINK, f"{top}/RelatedURLs/URL", url),
        Row(Kind.LINK, f"{top}/DOI", doi),
    )
)

#: mdJSON 2 (ADIwg) <https://www.adiwg.org/mdJson-schemas/>
MDJSON = (
    Row(Kind.TITLE, "/metadata/resourceInfo/citation/title", texts),
    Row(Kind.TITLE, "/metadata/resourceInfo/citation/alternateTitle", texts),
    Row(
        Kind.BOX,
        "/metadata/resourceInfo/extent/geographicExtent/boundingBox",
        box("westLongitude", "southLatitude", "eastLongitude", "northLatitude"),
    ),
    Row(Kind.DATE, "/metadata/resourceInfo/citation/date/date", texts),
    Row(Kind.DATE, "/metadata/resourceInfo/extent/temporalExtent/timePeriod/*DateTime", texts),
    Row(Kind.KEYWORD, "/metadata/resourceInfo/keyword/keyword/keyword", texts),
    Row(Kind.THESAURUS, "/metadata/resourceInfo/keyword/thesaurus/title", texts),
    Row(Kind.LINK, "/metadata/resourceDistribution/distributor/transferOption/onlineOption/uri", url),
)

#: Metadata Control File of pygeometa <https://geopython.github.io/pygeometa/reference/mcf/>
MCF = (
    Row(Kind.IDENTIFIER, "/metadata/identifier", texts),
    Row(Kind.TITLE, "/identification/title", texts),
    Row(Kind.TITLE, "/identification/title/*", texts),
    Row(Kind.TITLE, "/identification/title_*", texts),
    Row(Kind.BOX, "/identification/extents/spatial/bbox", edges),
    Row(Kind.DATE, "/identification/dates/*", texts),
    Row(Kind.DATE, "/identification/extents/temporal/*", texts),
    Row(Kind.KEYWORD, "/identification/keywords/*/keywords", texts),
    Row(Kind.KEYWORD, "/identification/keywords/*/keywords/*", texts),
    Row(Kind.KEYWORD, "/identification/keywords/*/keywords_??", texts),
    Row(Kind.RIGHTS, "/identification/rights", texts),
    Row(Kind.RIGHTS, "/identification/rights_*", texts),
    Row(Kind.CONTACT, "/contact/*/organization", texts),
    Row(Kind.CONTACT, "/contact/*/individualname", texts),
    Row(Kind.LINK, "/identification/url", url),
    Row(Kind.LINK, "/distribution/*/url", url),
    Row(Kind.LINK, "/distribution/url", url),
)

#: Index of GeoNetwork 4 <https://docs.geonetwork-opensource.org/4.4/api/search/>; objects have a default and a text for each language
GEONETWORK_INDEX = tuple(
    row
    for top in ("", "/_source")
    for row in (
        Row(Kind.IDENTIFIER, f"{top}/metadataIdentifier", texts),
        Row(Kind.TITLE, f"{top}/resourceTitleObject/*", texts),
        Row(Kind.DATE, f"{top}/resourceDate/date", texts),
        Row(Kind.DATE, f"{top}/resourceTemporalDateRange/*", texts),
        Row(Kind.KEYWORD, f"{top}/tag/default", texts),
        Row(Kind.CONTACT, f"{top}/contactForResource/organisation", texts),
        Row(Kind.CONTACT, f"{top}/contactForResource/organisationObject/default", texts),
        Row(Kind.CONTACT, f"{top}/contactForResource/individual", texts),
        Row(Kind.RIGHTS, f"{top}/MD_LegalConstraints*Object/default", texts),
        Row(Kind.LINK, f"{top}/link/url", url),
        Row(Kind.LINK, f"{top}/link/urlObject/default", url),
    )
)

#: CKAN packages <https://docs.ckan.org/en/2.11/api/>
CKAN = tuple(
    row
    for top in ("", "/result")
    for row in (
        Row(Kind.TITLE, f"{top}/title", texts),
        Row(Kind.DATE, f"{top}/metadata_modified", texts),
        Row(Kind.KEYWORD, f"{top}/tags", any_of("display_name", "name")),
        Row(Kind.RIGHTS, f"{top}/license_title", texts),
        Row(Kind.CONTACT, f"{top}/organization/title", texts),
        Row(Kind.CONTACT, f"{top}/author", texts),
        Row(Kind.CONTACT, f"{top}/maintainer", texts),
        Row(Kind.LINK, f"{top}/resources/url", url),
        Row(Kind.LINK, f"{top}/url", url),
    )
)

#: Data sets of udata <https://doc.data.gouv.fr/api/reference/>
UDATA = (
    Row(Kind.IDENTIFIER, "/id", texts),
    Row(Kind.TITLE, "/title", texts),
    Row(Kind.DATE, "/created_at", texts),
    Row(Kind.DATE, "/last_modified", texts),
    Row(Kind.DATE, "/temporal_coverage/*", texts),
    Row(Kind.KEYWORD, "/tags", texts),
    Row(Kind.RIGHTS, "/license", texts),
    Row(Kind.CONTACT, "/organization/name", texts),
    Row(Kind.LINK, "/page", url),
    Row(Kind.LINK, "/resources/url", url),
)
