"""Where the standards in XML have their values, after their schemas."""

from __future__ import annotations

from kg.fidelity.take import (
    any_of,
    any_of_siblings,
    box,
    code,
    doi,
    eml_attribute,
    joined,
    leaves_any,
    levels,
    matching,
    own_names,
    parts,
    party_of,
    texts,
    thesaurus_of_keywords,
    unless_open,
    url,
    whole,
)
from kg.fidelity.tree import Row
from kg.fidelity.values import Kind

#: Within these an element is about something else than the resource: a vocabulary, another resource, a standard.
_ISO_OTHERS = frozenset(
    {"thesaurusName", "aggregationInfo", "associatedResource", "sourceCitation", "source", "authority", "specification", "metadataStandard"}
    | {"referenceSystemInfo", "metadataExtensionInfo", "formatSpecificationCitation", "parentMetadata", "report", "keywordClass"}
    | {"additionalDocumentation", "applicationSchemaInfo", "portrayalCatalogueInfo", "contentInfo", "acquisitionInformation", "taxonomy"}
    | {"metadataProfile", "alternativeMetadataReference", "featureCatalogueCitation", "metadataLinkage"}
)

#: SeaDataNet's cruise summaries (CSR) write a kind of measurement as an instrument of an objective, and for whom as its platform.
_CSR = frozenset({"SDN_Objective"})

#: ISO 19115:2003 and 19115-2 (ISO 19139), ISO 19115-3: names of classes and properties, which the three share with few exceptions.
ISO = (
    Row(Kind.IDENTIFIER, "/*MD_Metadata/fileIdentifier", texts),
    Row(Kind.IDENTIFIER, "/*MI_Metadata/fileIdentifier", texts),
    Row(Kind.IDENTIFIER, "/*/metadataIdentifier/MD_Identifier/code", texts),
    Row(Kind.TITLE, "*Identification/citation/CI_Citation/title", texts),
    Row(Kind.TITLE, "*Identification/citation/CI_Citation/alternateTitle", texts),
    Row(Kind.LANGUAGE, "/*/language", code),
    Row(Kind.LANGUAGE, "*Identification/language", code),
    Row(Kind.LANGUAGE, "/*/defaultLocale/PT_Locale/language", code),
    Row(Kind.LANGUAGE, "*Identification/defaultLocale/PT_Locale/language", code),
    Row(
        Kind.BOX,
        "*Identification/extent/EX_Extent/geographicElement/EX_GeographicBoundingBox",
        box("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"),
    ),
    Row(Kind.DATE, "/*/dateStamp", texts),
    Row(Kind.DATE, "*Identification/citation/CI_Citation/date/CI_Date/date", texts),
    Row(Kind.DATE, "*Identification/extent/EX_Extent/temporalElement/*/extent/TimePeriod/beginPosition", texts),
    Row(Kind.DATE, "*Identification/extent/EX_Extent/temporalElement/*/extent/TimePeriod/endPosition", texts),
    Row(Kind.DATE, "*Identification/extent/EX_Extent/temporalElement/*/extent/TimePeriod/begin", texts),
    Row(Kind.DATE, "*Identification/extent/EX_Extent/temporalElement/*/extent/TimePeriod/end", texts),
    Row(Kind.DATE, "*Identification/extent/EX_Extent/temporalElement/*/extent/TimeInstant/timePosition", texts),
    Row(Kind.KEYWORD, "*Identification/descriptiveKeywords/MD_Keywords/keyword", texts),
    Row(Kind.KEYWORD, "*Identification/topicCategory", texts),
    Row(Kind.THESAURUS, "*Identification/descriptiveKeywords/MD_Keywords/thesaurusName/CI_Citation/title", thesaurus_of_keywords),
    Row(Kind.RIGHTS, "*Identification/resourceConstraints/*/useLimitation", texts),
    Row(Kind.RIGHTS, "*Identification/resourceConstraints/*/otherConstraints", texts),
    # one name in several languages is one contact
    Row(Kind.CONTACT, "CI_ResponsibleParty/individualName", leaves_any, _ISO_OTHERS),
    Row(Kind.CONTACT, "CI_ResponsibleParty/organisationName", leaves_any, _ISO_OTHERS),
    Row(Kind.CONTACT, "CI_Individual/name", leaves_any, _ISO_OTHERS),
    Row(Kind.CONTACT, "CI_Organisation/name", leaves_any, _ISO_OTHERS),
    Row(Kind.LINK, "CI_OnlineResource/linkage", url, _ISO_OTHERS | {"contactInfo", "onlineResource", "resourceConstraints"}),
    Row(Kind.LINK, "/*/dataSetURI", url),
    Row(Kind.LINK, "*Identification/graphicOverview/MD_BrowseGraphic/fileName", url),
    Row(
        Kind.INSTRUMENT, "MI_Instrument", any_of("citation/CI_Citation/title", "identifier/MD_Identifier/code", "description", "type"), _CSR
    ),
    Row(Kind.PLATFORM, "MI_Platform", any_of("citation/CI_Citation/title", "identifier/MD_Identifier/code", "description"), _CSR),
    Row(Kind.KEYWORD, "SDN_Objective/sensingInstrument/MI_Instrument/type", texts),
    Row(Kind.CONTACT, "SDN_Objective/sensingInstrument/MI_Instrument/mountedOn/MI_Platform/sponsor/*/individualName", texts),
    Row(Kind.VARIABLE, "dimension/*", any_of("aName/*", "descriptor/*", "description/*", "name/MD_Identifier/code")),
    Row(Kind.VARIABLE, "attribute/*", any_of("aName/*", "descriptor/*", "description/*", "name/MD_Identifier/code")),
)

_EPOS_THINGS = ("WebService", "Dataset")

#: EPOS-DCAT-AP in XML <https://github.com/epos-eu/EPOS-DCAT-AP/tree/EPOS-DCAT-AP-shapes>: parties stand beside and are named by identifiers
EPOS_XML = tuple(
    row
    for thing in _EPOS_THINGS
    for row in (
        Row(Kind.IDENTIFIER, f"{thing}/identifier", texts),
        Row(Kind.TITLE, f"{thing}/title", texts),
        Row(Kind.LANGUAGE, f"{thing}/language", texts),
        Row(Kind.DATE, f"{thing}/issued", texts),
        Row(Kind.DATE, f"{thing}/modified", texts),
        Row(Kind.DATE, f"{thing}/created", texts),
        Row(Kind.DATE, f"{thing}/temporal/PeriodOfTime/startDate", texts),
        Row(Kind.DATE, f"{thing}/temporal/PeriodOfTime/endDate", texts),
        Row(Kind.KEYWORD, f"{thing}/keyword", parts(r"[^,;]+")),
        Row(Kind.RIGHTS, f"{thing}/license", texts),
        Row(Kind.RIGHTS, f"{thing}/rights/RightsStatement", texts),
        Row(Kind.RIGHTS, f"{thing}/accessRights/RightsStatement", texts),
        Row(Kind.CONTACT, f"{thing}/publisher", party_of("Organisation")),
        Row(Kind.CONTACT, f"{thing}/contactPoint", party_of("Person", "Organisation")),
        Row(Kind.ORCID, f"{thing}/contactPoint", texts),
        Row(Kind.LINK, f"{thing}/page/primaryTopic", url),
        Row(Kind.LINK, f"{thing}/landingPage/primaryTopic", url),
        Row(Kind.LINK, f"{thing}/documentation", url),
        Row(Kind.LINK, f"{thing}/distribution/Distribution/accessURL", url),
        Row(Kind.LINK, f"{thing}/distribution/Distribution/downloadURL", url),
    )
)

_EML_OTHERS = frozenset(
    {"literatureCited", "referencePublication", "usageCitation", "citation", "additionalMetadata", "dataSource", "relatedProject"}
)
_EML_PARTIES = ("creator", "contact", "metadataProvider", "associatedParty", "publisher", "personnel")

#: Ecological Metadata Language 2.0 to 2.2 <https://eml.ecoinformatics.org/schema/>
EML = (
    Row(Kind.IDENTIFIER, "/eml/@packageId", texts),
    Row(Kind.TITLE, "/eml/dataset/title", whole),
    Row(Kind.TITLE, "/eml/dataset/shortName", texts),
    Row(Kind.LANGUAGE, "/eml/dataset/language", whole),
    Row(
        Kind.BOX,
        "geographicCoverage/boundingCoordinates",
        box("westBoundingCoordinate", "southBoundingCoordinate", "eastBoundingCoordinate", "northBoundingCoordinate"),
        _EML_OTHERS,
    ),
    Row(Kind.DATE, "/eml/dataset/pubDate", texts),
    Row(Kind.DATE, "temporalCoverage/*/*/calendarDate", texts, _EML_OTHERS),
    Row(Kind.DATE, "temporalCoverage/singleDateTime/calendarDate", texts, _EML_OTHERS),
    Row(Kind.KEYWORD, "keywordSet/keyword", texts, _EML_OTHERS),
    Row(Kind.THESAURUS, "keywordSet/keywordThesaurus", texts, _EML_OTHERS),
    Row(Kind.RIGHTS, "/eml/dataset/intellectualRights", whole),
    Row(Kind.RIGHTS, "/eml/dataset/licensed/licenseName", texts),
    *(Row(Kind.CONTACT, f"{party}/individualName", joined("givenName", "surName"), _EML_OTHERS) for party in _EML_PARTIES),
    *(Row(Kind.CONTACT, f"{party}/organizationName", texts, _EML_OTHERS) for party in _EML_PARTIES),
    *(Row(Kind.ORCID, f"{party}/userId", texts, _EML_OTHERS) for party in _EML_PARTIES),
    Row(Kind.LINK, "distribution/online/url", url, _EML_OTHERS),
    Row(Kind.INSTRUMENT, "methodStep/instrumentation", texts, _EML_OTHERS),
    Row(Kind.VARIABLE, "attributeList/attribute/measurementScale/ratio", eml_attribute),
    Row(Kind.VARIABLE, "attributeList/attribute/measurementScale/interval", eml_attribute),
)


#: DataCite kernel 2 to 4 in XML <https://schema.datacite.org/meta/kernel-4/>
DATACITE_XML = (
    Row(Kind.IDENTIFIER, "/resource/identifier", texts),
    Row(Kind.TITLE, "/resource/titles/title", texts),
    Row(Kind.LANGUAGE, "/resource/language", texts),
    Row(
        Kind.BOX, "geoLocation/geoLocationBox", box("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    ),
    Row(Kind.DATE, "/resource/publicationYear", texts),
    Row(Kind.DATE, "/resource/dates/date", matching(r"^([^/]+)")),
    Row(Kind.DATE, "/resource/dates/date", matching(r"/([^/]+)$")),
    Row(Kind.KEYWORD, "/resource/subjects/subject", texts),
    Row(Kind.THESAURUS, "/resource/subjects/subject/@subjectScheme", texts),
    Row(Kind.RIGHTS, "/resource/rightsList/rights", texts),
    Row(Kind.RIGHTS, "/resource/rights", texts),
    Row(Kind.CONTACT, "/resource/creators/creator/creatorName", texts),
    Row(Kind.CONTACT, "/resource/contributors/contributor/contributorName", texts),
    Row(Kind.CONTACT, "/resource/publisher", texts),
    Row(Kind.CONTACT, "funderName", texts),
    Row(Kind.CONTACT, "creator/affiliation", texts),
    Row(Kind.LINK, "/resource/identifier", doi),
    Row(Kind.LINK, "/resource/relatedIdentifiers/relatedIdentifier", url),
    Row(Kind.LINK, "/resource/relatedIdentifiers/relatedIdentifier", doi),
)


#: Science keywords, instruments and platforms of NASA's formats are lists of levels, written as one text here.
_DIF_OTHERS = frozenset({"Related_Data_Set", "Publication_Reference", "Reference", "IDN_Node"})

#: Directory Interchange Format 9 and 10 <https://git.earthdata.nasa.gov/projects/EMFD/repos/dif-schemas>
DIF = (
    Row(Kind.IDENTIFIER, "/DIF/Entry_ID", leaves_any),
    Row(Kind.TITLE, "/DIF/Entry_Title", texts),
    Row(Kind.LANGUAGE, "/DIF/Data_Set_Language", texts),
    Row(Kind.LANGUAGE, "/DIF/Dataset_Language", texts),
    Row(
        Kind.BOX,
        "/DIF/Spatial_Coverage",
        box("Westernmost_Longitude", "Southernmost_Latitude", "Easternmost_Longitude", "Northernmost_Latitude"),
    ),
    Row(
        Kind.BOX,
        "Spatial_Coverage/Geometry/Bounding_Rectangle",
        box("Westernmost_Longitude", "Southernmost_Latitude", "Easternmost_Longitude", "Northernmost_Latitude"),
    ),
    Row(Kind.DATE, "/DIF/Temporal_Coverage/Start_Date", texts),
    Row(Kind.DATE, "/DIF/Temporal_Coverage/Stop_Date", texts),
    Row(Kind.DATE, "Temporal_Coverage/Range_DateTime/*_Date_Time", texts),
    Row(Kind.DATE, "Temporal_Coverage/Single_DateTime", texts),
    Row(Kind.KEYWORD, "/DIF/Science_Keywords", levels),
    Row(Kind.KEYWORD, "/DIF/Parameters", levels),
    Row(Kind.KEYWORD, "/DIF/*/Detailed_Variable", texts),
    Row(Kind.KEYWORD, "/DIF/ISO_Topic_Category", texts),
    Row(Kind.KEYWORD, "/DIF/Keyword", texts),
    Row(Kind.KEYWORD, "/DIF/Ancillary_Keyword", texts),
    Row(Kind.KEYWORD, "/DIF/Location", levels),
    Row(Kind.KEYWORD, "/DIF/Project", any_of("Short_Name", "Long_Name")),
    Row(Kind.RIGHTS, "/DIF/Use_Constraints", leaves_any),
    Row(Kind.RIGHTS, "/DIF/Access_Constraints", leaves_any),
    Row(Kind.CONTACT, "/DIF/Personnel", joined("First_Name", "Middle_Name", "Last_Name")),
    Row(Kind.CONTACT, "/DIF/Data_Center/Data_Center_Name", any_of("Long_Name", "Short_Name")),
    Row(Kind.CONTACT, "/DIF/Organization/Organization_Name", any_of("Long_Name", "Short_Name")),
    Row(Kind.LINK, "/DIF/Related_URL/URL", url),
    Row(Kind.INSTRUMENT, "/DIF/Sensor_Name", any_of("Short_Name", "Long_Name")),
    Row(Kind.INSTRUMENT, "Platform/Instrument", any_of("Short_Name", "Long_Name")),
    Row(Kind.PLATFORM, "/DIF/Source_Name", any_of("Short_Name", "Long_Name")),
    Row(Kind.PLATFORM, "/DIF/Platform", own_names("Short_Name", "Long_Name")),
)

#: ECHO 10 collections <https://git.earthdata.nasa.gov/projects/EMFD/repos/echo-schemas>
ECHO = (
    Row(Kind.IDENTIFIER, "/Collection/ShortName", texts),
    Row(Kind.TITLE, "/Collection/DataSetId", any_of_siblings("DataSetId", "LongName")),
    Row(
        Kind.BOX,
        "Geometry/BoundingRectangle",
        box("WestBoundingCoordinate", "SouthBoundingCoordinate", "EastBoundingCoordinate", "NorthBoundingCoordinate"),
    ),
    Row(Kind.DATE, "/Collection/Temporal/RangeDateTime/BeginningDateTime", texts),
    Row(Kind.DATE, "/Collection/Temporal/RangeDateTime/EndingDateTime", unless_open),
    Row(Kind.DATE, "/Collection/Temporal/SingleDateTime", texts),
    Row(Kind.DATE, "/Collection/InsertTime", texts),
    Row(Kind.DATE, "/Collection/LastUpdate", texts),
    Row(Kind.KEYWORD, "ScienceKeywords/ScienceKeyword", levels),
    Row(Kind.KEYWORD, "ScienceKeywords/ScienceKeyword/DetailedVariableKeyword", texts),
    Row(Kind.KEYWORD, "SpatialKeywords/Keyword", texts),
    Row(Kind.KEYWORD, "TemporalKeywords/Keyword", texts),
    Row(Kind.KEYWORD, "Campaigns/Campaign", any_of("ShortName", "LongName")),
    Row(Kind.RIGHTS, "/Collection/RestrictionComment", texts),
    Row(Kind.CONTACT, "/Collection/ArchiveCenter", texts),
    Row(Kind.CONTACT, "/Collection/ProcessingCenter", texts),
    Row(Kind.CONTACT, "Contacts/Contact/OrganizationName", texts),
    Row(Kind.CONTACT, "ContactPersons/ContactPerson", joined("FirstName", "MiddleName", "LastName")),
    Row(Kind.LINK, "OnlineAccessURLs/OnlineAccessURL/URL", url),
    Row(Kind.LINK, "OnlineResources/OnlineResource/URL", url),
    Row(Kind.INSTRUMENT, "Instruments/Instrument", own_names("ShortName", "LongName")),
    Row(Kind.PLATFORM, "Platforms/Platform", own_names("ShortName", "LongName")),
)

#: Dublin Core, as `oai_dc` and `csw:Record` carry it <https://www.dublincore.org/specifications/dublin-core/dces/>
DUBLIN_CORE = (
    Row(Kind.TITLE, "/*/title", texts),
    Row(Kind.LANGUAGE, "/*/language", texts),
    Row(Kind.DATE, "/*/date", texts),
    Row(Kind.DATE, "/*/modified", texts),
    Row(Kind.KEYWORD, "/*/subject", texts),
    Row(Kind.RIGHTS, "/*/rights", texts),
    Row(Kind.CONTACT, "/*/creator", texts),
    Row(Kind.CONTACT, "/*/contributor", texts),
    Row(Kind.CONTACT, "/*/publisher", texts),
    Row(Kind.LINK, "/*/identifier", url),
    Row(Kind.LINK, "/*/references", url),
    Row(Kind.LINK, "/*/URI", url),
)

#: FGDC Content Standard for Digital Geospatial Metadata (FGDC-STD-001-1998)
FGDC = (
    Row(Kind.TITLE, "/metadata/idinfo/citation/citeinfo/title", texts),
    Row(Kind.BOX, "idinfo/spdom/bounding", box("westbc", "southbc", "eastbc", "northbc")),
    Row(Kind.DATE, "/metadata/idinfo/citation/citeinfo/pubdate", texts),
    Row(Kind.DATE, "/metadata/idinfo/timeperd/timeinfo/sngdate/caldate", texts),
    Row(Kind.DATE, "/metadata/idinfo/timeperd/timeinfo/mdattim/sngdate/caldate", texts),
    Row(Kind.DATE, "/metadata/idinfo/timeperd/timeinfo/rngdates/begdate", texts),
    Row(Kind.DATE, "/metadata/idinfo/timeperd/timeinfo/rngdates/enddate", texts),
    Row(Kind.KEYWORD, "idinfo/keywords/theme/themekey", texts),
    Row(Kind.KEYWORD, "idinfo/keywords/place/placekey", texts),
    Row(Kind.KEYWORD, "idinfo/keywords/temporal/tempkey", texts),
    Row(Kind.KEYWORD, "idinfo/keywords/stratum/stratkey", texts),
    Row(Kind.THESAURUS, "idinfo/keywords/theme/themekt", texts),
    Row(Kind.RIGHTS, "/metadata/idinfo/useconst", texts),
    Row(Kind.RIGHTS, "/metadata/idinfo/accconst", texts),
    Row(Kind.CONTACT, "/metadata/idinfo/citation/citeinfo/origin", texts),
    Row(Kind.CONTACT, "/metadata/idinfo/citation/citeinfo/pubinfo/publish", texts),
    Row(Kind.CONTACT, "/metadata/idinfo/ptcontac/cntinfo/*/cntper", texts),
    Row(Kind.CONTACT, "/metadata/idinfo/ptcontac/cntinfo/*/cntorg", texts),
    Row(Kind.LINK, "/metadata/idinfo/citation/citeinfo/onlink", url),
    Row(Kind.LINK, "/metadata/distinfo/stdorder/digform/digtopt/onlinopt/computer/networka/networkr", url),
)
