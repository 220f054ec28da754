"""Short natives of each format, with something to mend."""

from __future__ import annotations

import json

ISO = """<?xml version="1.0" encoding="UTF-8"?>
<!-- by hand, 2021 -->
<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"
    xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.isotc211.org/2005/gmd http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd">
  <gmd:fileIdentifier><gco:CharacterString>buoy-1</gco:CharacterString></gmd:fileIdentifier>
  <gmd:language><gmd:LanguageCode codeList='http://www.loc.gov/standards/iso639-2/' codeListValue='eng'/></gmd:language>
  <gmd:dateStamp><gco:Date>{date}</gco:Date></gmd:dateStamp>
  <gmd:identificationInfo>
    <gmd:MD_DataIdentification>
      <gmd:citation><gmd:CI_Citation>
        <gmd:title><gco:CharacterString><![CDATA[Temperature & salinity of a moored buoy]]></gco:CharacterString></gmd:title>
        <gmd:date gco:nilReason="missing"/>
      </gmd:CI_Citation></gmd:citation>
      <gmd:abstract><gco:CharacterString>{abstract}</gco:CharacterString></gmd:abstract>
      <gmd:descriptiveKeywords>
        <gmd:MD_Keywords>
          <gmd:keyword><gco:CharacterString>{keyword}</gco:CharacterString></gmd:keyword>
          <gmd:keyword>
            <gco:CharacterString>Argos buoy no. 7 of our own</gco:CharacterString><!-- local name -->
          </gmd:keyword>
        </gmd:MD_Keywords>
      </gmd:descriptiveKeywords>
      <gmd:resourceConstraints>
        <gmd:MD_LegalConstraints>
          <gmd:useLimitation><gco:CharacterString>CC BY 4.0 &amp; cite us</gco:CharacterString></gmd:useLimitation>
        </gmd:MD_LegalConstraints>
      </gmd:resourceConstraints>
      <gmd:extent>
        <gmd:EX_Extent>
          <gmd:geographicElement>
            <gmd:EX_GeographicBoundingBox>
              <gmd:westBoundLongitude><gco:Decimal>{west}</gco:Decimal></gmd:westBoundLongitude>
              <gmd:eastBoundLongitude><gco:Decimal>{east}</gco:Decimal></gmd:eastBoundLongitude>
              <gmd:southBoundLatitude><gco:Decimal>{south}</gco:Decimal></gmd:southBoundLatitude>
              <gmd:northBoundLatitude><gco:Decimal>{north}</gco:Decimal></gmd:northBoundLatitude>
            </gmd:EX_GeographicBoundingBox>
          </gmd:geographicElement>{more}
        </gmd:EX_Extent>
      </gmd:extent>
    </gmd:MD_DataIdentification>
  </gmd:identificationInfo>
</gmd:MD_Metadata>
"""


def iso(**given: str) -> str:
    """An ISO 19139 record; what is given stands in the place of the same name."""
    usual = {"date": "2021-03-04", "abstract": "Hourly values since 2010 from a buoy off Brest.", "keyword": "sea water temperature"}
    usual |= {"west": "-5.00", "east": "-4", "south": "48", "north": "48.50", "more": ""}
    text = ISO
    for name, value in (usual | given).items():
        text = text.replace("{" + name + "}", value)
    return text


def stac(**given: object) -> str:
    """A STAC collection, set out by hand."""
    usual: dict[str, object] = {"keywords": ["sea surface temperature", "Brest"], "license": "CC-BY-4.0", "bbox": [[-5, 48, -4, 48.50]]}
    usual |= {"start": "2010-01-01T00:00:00Z", "title": "Sea surface temperature off Brest"} | given
    return f"""{{
  "type": "Collection",
  "stac_version" : "1.0.0",
  "id": "sst-brest", "title": {json.dumps(usual["title"], ensure_ascii=False)},
  "description": "Hourly values from a buoy.",
  "keywords": {json.dumps(usual["keywords"], ensure_ascii=False)},
  "license": {json.dumps(usual["license"])},
  "extent": {{
    "spatial": {{"bbox": {json.dumps(usual["bbox"])}}},
    "temporal": {{"interval": [["{usual["start"]}", null]]}}
  }},
  "summaries": {{"gsd": [1e3, 1.0]}},
  "links": [
    {{"rel": "about", "href": "https://example.org/buoy"}}
  ]
}}
"""


EML = """<?xml version="1.0" encoding="UTF-8"?>
<eml:eml xmlns:eml="{namespace}" packageId="knb.7.1" system="https://example.org">
  <dataset>
    <title>Soil moisture in a meadow</title>
    <creator><organizationName>A laboratory</organizationName></creator>
    <keywordSet>
      <keyword>soil moisture</keyword>
      <keyword>Meadow 7</keyword>
    </keywordSet>
    <intellectualRights><para>This work is licensed under CC BY 4.0.</para></intellectualRights>
    <coverage>
      <temporalCoverage><singleDateTime><calendarDate>{date}</calendarDate></singleDateTime></temporalCoverage>
    </coverage>
    <contact><organizationName>A laboratory</organizationName></contact>
    <dataTable>
      <entityName>plots.csv</entityName>
      <attributeList>
        <attribute>
          <attributeName>ta</attributeName>
          <attributeLabel>Air temperature</attributeLabel>
          <attributeDefinition>Temperature of the air at 2 m, every ten minutes</attributeDefinition>
          <measurementScale><interval><unit><standardUnit>celsius</standardUnit></unit>
            <numericDomain><numberType>real</numberType></numericDomain></interval></measurementScale>
        </attribute>
      </attributeList>
    </dataTable>
  </dataset>
</eml:eml>
"""


def eml(namespace: str = "https://eml.ecoinformatics.org/eml-2.2.0", date: str = "2010-02-24") -> str:
    """An EML record."""
    return EML.replace("{namespace}", namespace).replace("{date}", date)


def datacite(kernel: str = "4", location: str = "") -> str:
    """A DataCite record in XML."""
    return f"""<resource xmlns="http://datacite.org/schema/kernel-{kernel}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"{location}>
  <identifier identifierType="DOI">10.5072/example-1</identifier>
  <creators><creator><creatorName>A laboratory</creatorName></creator></creators>
  <titles><title xml:lang='en'>Sea water temperature of a buoy</title></titles>
  <publisher>A data centre</publisher>
  <publicationYear>2021</publicationYear>
  <resourceType resourceTypeGeneral="Dataset">Dataset</resourceType>
  <subjects>
    <subject>sea water temperature</subject><subject   subjectScheme="our list">Brest</subject>
  </subjects>
  <rightsList><rights>CC BY 4.0</rights></rightsList>
</resource>
"""
