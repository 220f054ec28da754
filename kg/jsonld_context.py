"""The JSON-LD contexts that are known without being fetched: schema.org's, which nearly every schema.org document only names.

<https://www.w3.org/TR/json-ld11/#remote-contexts>
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

_SCHEMA_ORG: Final = re.compile(r"https?://(?:www\.)?schema\.org/?(?:docs/jsonldcontext\.json(?:ld)?|version/[\w.]+/?)?#?$", re.IGNORECASE)


def with_known_contexts(body: bytes) -> bytes:
    """The document with schema.org's context written into it where it only names it; every other document as it is.

    The vocabulary stands for the whole context: what that says of types (which values are addresses) is told by the values themselves.

    >>> with_known_contexts(b'{"@context": "https://schema.org/", "name": "SOERE"}')
    b'{"@context":{"@vocab":"http://schema.org/","id":"@id","type":"@type"},"name":"SOERE"}'
    """
    if b"schema.org" not in body:
        return body
    try:
        document = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        return orjson.dumps(document) if _write_contexts(document) else body
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return body


def _write_contexts(document: Any) -> bool:
    changed, waiting = False, [document]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict) and "@context" in each and (known := _known(each["@context"])) != each["@context"]:
            each["@context"], changed = known, True
        waiting += [part for part in (each.values() if isinstance(each, dict) else each) if isinstance(part, dict | list)]
    return changed


def _known(context: Any) -> Any:
    """schema.org names everything under http (<https://schema.org/docs/faq.html#19>); a vocabulary without its slash gets it."""
    if isinstance(context, list):
        return [_known(each) for each in context]
    if isinstance(context, dict) and str(context.get("@vocab")) in ("http://schema.org", "https://schema.org"):
        return context | {"@vocab": "http://schema.org/"}
    if isinstance(context, str) and _SCHEMA_ORG.match(context):
        return {"@vocab": "http://schema.org/", "id": "@id", "type": "@type"}
    return context
