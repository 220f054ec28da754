"""Bring the ontologies that ours stands on from where they are published, each into a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kg.errors import VocabularyError
from kg.fetch import Fetcher
from kg.formats import N_TRIPLES, RDF_XML, TURTLE, Format, format_of_extension, format_of_media_type
from kg.ontology.imports import Wanted, find_imports

#: In the order in which servers are asked for them.
_FORMATS: Final = (TURTLE, RDF_XML, N_TRIPLES)
_ACCEPT: Final = ", ".join(f"{form.media_type};q={1 - place / 10:.1f}" for place, form in enumerate(_FORMATS))


def fetch_ontology(fetcher: Fetcher, wanted: Wanted, folder: Path, overlay: Path | None = None) -> Path:
    """Fetch one ontology into a folder. What was there stays where the answer is not that ontology.

    :raises FetchError: when there is no answer, or a web page.
    :raises VocabularyError: when the answer is something else than the ontology.
    """
    answer = fetcher.get(wanted.address, accept=_ACCEPT)
    form = _format(answer.media_type, answer.url)
    if answer.body is None or form is None:
        raise VocabularyError(f"the answer is {answer.media_type or 'of no known type'}, no RDF", where=wanted.address)
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f".{wanted.name}.new.{form.extension}"
    new.write_bytes(answer.body)
    try:
        if wanted.name not in find_imports([new], overlay).found:
            raise VocabularyError(f"the answer does not hold {wanted.title}", where=wanted.address, hint="mend the address in imports.toml")
        for other in _FORMATS:
            (folder / f"{wanted.name}.{other.extension}").unlink(missing_ok=True)
        return new.rename(folder / f"{wanted.name}.{form.extension}")
    finally:
        new.unlink(missing_ok=True)


def _format(media_type: str, url: str) -> Format | None:
    """By media type; by the ending of the address, where the server calls it plain text or nothing."""
    extension = urlsplit(url).path.rpartition(".")[2]
    return format_of_media_type(media_type, _FORMATS) or format_of_extension(extension, _FORMATS)
