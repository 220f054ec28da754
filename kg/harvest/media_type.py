"""Which syntax a file is written in, told by its content; its name decides only between RDF syntaxes that look alike."""

from __future__ import annotations

import re

#: Beginnings of files that are no text (RFC 2046 would call them other media types): what they are called in reports.
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a zip archive (unpack it first)",
    b"\x1f\x8b": "a gzip archive inside another (unpack it first)",
    b"BZh": "a bzip2 archive (unpack it first)",
    b"\xfd7zXZ": "an xz archive (unpack it first)",
    b"\x89HDF": "HDF5 or NetCDF-4 data",
    b"CDF": "NetCDF data",
    b"SQLite format 3": "an SQLite database",
}

_BY_NAME = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "n3": "text/turtle",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
}

#: A key at the beginning of a line, as block mappings of YAML 1.2.2 have it, and the other things that may stand at the beginning of one.
_YAML_KEY = re.compile(rb"""(?:"[^"\n]+"|'[^'\n]+'|[^\W\d][^:#\n\[\]{}"'`|>]{0,80}?)\s*:(?:\s|$)""")
_YAML_OTHER = re.compile(rb"(?:\.\.\.|- |[\]}])")
#: In a file whose name says nothing, fewer keys may be those of a letter or of a list of properties.
_FEWEST_KEYS = 3

_RDF_XML = re.compile(rb"<(?:\w+:)?RDF[\s>]")
_TURTLE = re.compile(rb"^[ \t]*(?:@prefix|@base|prefix[ \t]+\w*:|base[ \t]+<)", re.IGNORECASE | re.MULTILINE)
#: A statement of N-Triples, on one line and about an absolute IRI; XML without declaration may begin with three tags on three lines.
_TRIPLE = re.compile(rb"^[ \t]*<[a-z][^<>\s:]*:[^<>\s]*>[ \t]+<[^<>\s]*>[ \t]+[<\"_]", re.MULTILINE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
#: JSON of the Argo sensor schema: its context gives prefixes for the codes in its values, and none of its keys is a term of it.
_ARGO = re.compile(rb'"(?:sensor|platform|float)_info"\s*:')
_JSON_LD = re.compile(rb'"@(?:context|graph|id|type)"\s*:')


def media_type_of(body: bytes, name: str) -> tuple[str | None, str]:
    """Media type of a record's syntax, and what the content looks like where it is none.

    >>> media_type_of(b'<?xml version="1.0"?><gmd:MD_Metadata/>', "record.txt")
    ('application/xml', '')
    >>> media_type_of(b"\\x89PNG...", "map.xml")
    (None, 'a PNG image')
    """
    for magic, what in _MAGIC.items():
        if body.startswith(magic):
            return None, what
    start = _start(body)
    if _HTML.match(_after_comments(start)):
        return None, "an HTML page"
    if start.startswith(b"<") and not _TRIPLE.match(start):
        return ("application/rdf+xml" if _RDF_XML.search(start[:4000]) else "application/xml"), ""
    if start[:1] in (b"{", b"["):
        return ("application/ld+json" if _is_json_ld(start, body) else "application/json"), ""
    if body[257:262] == b"ustar":  # POSIX.1-1988
        return None, "a tar archive (unpack it first)"
    return _text_type(start, name)


def _text_type(start: bytes, name: str) -> tuple[str | None, str]:
    by_name = _BY_NAME.get(name.rsplit(".", 1)[-1].lower())
    if by_name and by_name != "application/ld+json":
        return by_name, ""
    if _is_yaml(start, name):
        return "application/yaml", ""
    if _TURTLE.search(start):
        return "text/turtle", ""
    if _TRIPLE.search(start):
        return "application/n-triples", ""
    if not start:
        return None, "an empty file"
    return None, "binary data" if b"\x00" in start else "plain text"


def _is_yaml(start: bytes, name: str) -> bool:
    """Whether a text is a block mapping of YAML: keys alone begin its lines.

    >>> _is_yaml(b"mcf:\\n    version: 1.0\\nmetadata:\\n    identifier: a", "argo.yml")
    True
    >>> _is_yaml(b"# Notes\\n\\nto be read: all\\nand more", "README.md") or _is_yaml(b'id = "argo"', "source.toml")
    False
    """
    extension = name.lower().rsplit("/", 1)[-1].partition(".")[2].rsplit(".", 1)[-1]
    lines = [line for line in start.splitlines() if line.strip() and not line.startswith((b" ", b"\t", b"#", b"---", b"%YAML"))]
    if extension in ("yml", "yaml"):
        return bool(lines) and _YAML_KEY.match(lines[0]) is not None
    keys = sum(_YAML_KEY.match(line) is not None for line in lines)
    return not extension and keys >= _FEWEST_KEYS and all(_YAML_KEY.match(line) or _YAML_OTHER.match(line) for line in lines)


def _start(body: bytes) -> bytes:
    """The beginning of a text without marks of byte order, in an encoding in which ASCII is ASCII."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body[:100_000].decode("utf-16", "replace").encode().lstrip()
    return body.removeprefix(b"\xef\xbb\xbf")[:100_000].lstrip()


def _after_comments(start: bytes) -> bytes:
    """XML or HTML from its first element or document type on, in time that grows with its length only."""
    while start.startswith((b"<?", b"<!--")):
        _, end, start = start.partition(b"-->" if start.startswith(b"<!--") else b"?>")
        if not end:
            return b""
        start = start.lstrip()
    return start


def _is_json_ld(start: bytes, body: bytes) -> bool:
    """Whether JSON has a JSON-LD keyword at its top. Keywords deep inside a record (GeoJSON with a context of links) do not count."""
    match = _JSON_LD.search(start)
    if _ARGO.search(start):
        return False
    if match is None:
        return b'"@context"' in body[-4000:] and start[:1] == b"{"
    depth = start[: match.start()].count(b"{") - start[: match.start()].count(b"}")
    return depth <= 2
