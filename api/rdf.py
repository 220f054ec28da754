"""Triples as a document."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from pyoxigraph import Triple, serialize

from kg.formats import Format
from kg.namespaces import PREFIXES


def write_rdf(triples: Iterable[Triple], form: Format) -> bytes:
    """The triples in a format of RDF, with our prefixes where it has any."""
    output = BytesIO()
    serialize(triples, output, form.rdf, prefixes=PREFIXES)
    return output.getvalue()
