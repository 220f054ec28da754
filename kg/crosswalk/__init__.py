"""Map: from a native document to a record graph, as a crosswalk file says (`docs/crosswalks.md`).

A crosswalk is read by `language`, its selectors by the document of its syntax (`xml_document`, `json_document`, `rdf_document`),
and carried out by `engine`; each action of the language is one file in `blocks`.
"""
