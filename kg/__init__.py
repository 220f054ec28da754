"""The Data Terra knowledge graph: from the poles' own records to a published, queryable graph."""

__version__ = "0.1.0"
