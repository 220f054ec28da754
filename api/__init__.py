"""A release of the graph over HTTP: SPARQL, search, linked data and pages."""
