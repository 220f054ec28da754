"""What the text of a query may not say: no federation and no updates, found before the engine sees the query."""

from __future__ import annotations

import re

from kg.errors import QueryError


class QueryRefusedError(QueryError):
    """The query asks for something that this endpoint does not do."""


def refuse_forbidden(query: str) -> None:
    """Refuse `SERVICE`, which would make this server call others, and updates, which belong elsewhere.

    Looked for in the text as it is and as SPARQL 1.1 section 19.2 (<https://www.w3.org/TR/sparql11-query/#codepointEscape>) decodes it,
    because engines differ in when they decode.

    >>> refuse_forbidden("SELECT * { ?s ?p 'SERVICE <http://example.org/> {}' } # SERVICE <http://example.org/> {}")
    >>> refuse_forbidden("SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    kg.endpoint.text.QueryRefusedError: SERVICE is not allowed here...

    :raises QueryRefusedError: when the query has a `SERVICE` clause or is an update.
    """
    for text in (query, _decode(query)):
        bare = bare_text(text)
        if _has_service(bare):
            raise QueryRefusedError(
                "SERVICE is not allowed here: this endpoint does not call other endpoints.",
                hint="Ask the other endpoint directly, and join the answers where you are. "
                "(A prefix with 'service' in it, straight before a brace, counts too.)",
            )
        if found := _UPDATE.match(bare):
            raise QueryRefusedError(
                f"{found[1].upper()} is an update, and this address answers queries only.",
                hint="Send a SELECT, ASK, CONSTRUCT or DESCRIBE query.",
            )


def _has_service(bare: str) -> bool:
    """Whether some `{` opens a `SERVICE` clause: `SERVICE`, perhaps `SILENT`, and a name stand before it.

    The engine's parser needs no blank between them: `SERVICEex:remote{...}` and `1SERVICE?x{...}` are clauses to it. So the words are
    looked for within what stands before the brace, and a name that has one is refused as well. Takes time in proportion to the text.
    """
    for before in bare.lower().split("{")[:-1]:
        *others, name = ["", "", *before.rsplit(None, 2)[-2:]]
        if "service" in name or "silent" in name or others[-1].endswith(("service", "silent")):
            return True
    return False


def bare_text(query: str) -> str:
    """The query without what may hold arbitrary words: comments, strings, IRIs, variables and local names."""
    return _TOKEN.sub(lambda found: _STANDS_FOR[found.lastgroup or "other"], query)


def _decode(query: str) -> str:
    return _ESCAPE.sub(lambda found: _character(int(found[1] or found[2], 16), found[0]), query)


def _character(code: int, given: str) -> str:
    return chr(code) if code <= 0x10FFFF else given


_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_TOKEN = re.compile(
    r"""
    (?P<string> \"{3} (?: \"{0,2} (?: [^\"\\] | \\. ) )* \"{3}
              | '{3}  (?: '{0,2}  (?: [^'\\]  | \\. ) )* '{3}
              | \" (?: [^\"\\\n\r] | \\. )* \"
              | '  (?: [^'\\\n\r]  | \\. )* ' )
  | (?P<iri> < (?: [^<>"{}|^`\\\x00-\x20] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} )* > )
  | (?P<comment> \# [^\n\r]* )
  | (?P<variable> [?$]\w+ )
  | (?P<local> : [\w:%] (?: [\w:%-] | \.(?=[\w:%-]) )* )
  | (?P<escape> \\. )
    """,
    re.VERBOSE | re.DOTALL,
)
_STANDS_FOR = {"string": '""', "iri": "<>", "comment": " ", "variable": "?v", "local": ":_", "escape": "_", "other": " "}

_UPDATE = re.compile(
    r"\s*(?:(?:base\s*<>|prefix\s*[^\s:<]*:\s*<>)\s*)*(insert|delete|load|clear|create|drop|copy|move|add|with)\b(?!\s*:)", re.IGNORECASE
)
