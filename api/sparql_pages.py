"""The pages of `/sparql`: the form with its example questions, and a result for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import orjson
from starlette.requests import Request

from api.messages import Words
from api.pages import page_text
from kg.config import Settings
from kg.formats import RESULTS_JSON, Format
from kg.namespaces import PREFIXES

#: Rows that the page shows; all of them can be downloaded.
ROWS_SHOWN: Final = 1_000

_EXAMPLES: Final = Path(__file__).parent / "examples"


def result_page(request: Request, words: Words, query: str, content: bytes | None, media_type: str, formats: tuple[Format, ...]) -> str:
    """A result as a table, or as Turtle, with the formats to download it in; without content, only those."""
    downloads = [(entry.label, "?" + urlencode({"query": query, "format": entry.name})) for entry in formats]
    table = _table(content) if content is not None and media_type == RESULTS_JSON.media_type else _Table()
    turtle = content.decode() if content is not None and media_type != RESULTS_JSON.media_type else ""
    return page_text(
        request,
        "sparql-result.html",
        words,
        query=query,
        downloads=downloads,
        too_long=content is None,
        table=table,
        shown=ROWS_SHOWN,
        turtle=turtle,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Solutions, or a truth value (<https://www.w3.org/TR/sparql11-results-json/>)."""

    columns: tuple[str, ...] = ()
    rows: tuple[dict[str, dict[str, str]], ...] = ()
    total: int = 0
    boolean: bool | None = None


def _table(content: bytes) -> _Table:
    result = orjson.loads(content)
    rows = result.get("results", {}).get("bindings", [])
    return _Table(tuple(result["head"].get("vars", ())), tuple(rows[:ROWS_SHOWN]), len(rows), result.get("boolean"))


def form_page(request: Request, words: Words, settings: Settings, release: int) -> str:
    """The form, its limits, and questions to start from."""
    return page_text(
        request,
        "sparql.html",
        words,
        query=request.query_params.get("example") or examples()[0][1],
        examples=[(question[words.language], text) for question, text in examples()],
        prefixes=sorted(PREFIXES.items()),
        seconds=settings.sparql_seconds,
        bytes=settings.sparql_bytes,
        release=release,
    )


def examples() -> list[tuple[dict[str, str], str]]:
    """The example queries: the question in each language, and the query without its header."""
    found = []
    for path in sorted(_EXAMPLES.glob("*.rq")):
        lines = path.read_text("utf-8").splitlines()
        header = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# "))
        found.append((header, "\n".join(line for line in lines if not line.startswith("#"))))
    return found
