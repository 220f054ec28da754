"""What every protocol is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kg.fetch import Fetched, Fetcher

#: Any RDF, and what serves it under older names; Turtle first, as it is the smallest.
RDF: Final = (
    "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.9, application/ld+json;q=0.8, application/xml;q=0.5, text/xml;q=0.5,"
    " */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A source to be asked.

    :param etag: of the last answer, where it was one document; `modified` likewise.
    :param said: is told of each document that came, for a progress bar.
    """

    fetcher: Fetcher
    addresses: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""
    said: Callable[[str, int], None] = lambda address, size: None

    def get(self, address: str, accept: str = RDF) -> bytes:
        """One document.

        :raises FetchError: when it is not to be had.
        """
        fetched = self.fetcher.get(address, accept=accept)
        return self.told(fetched)

    def told(self, fetched: Fetched) -> bytes:
        """The body of an answer, of which whoever waits is told."""
        body = fetched.body or b""
        self.said(fetched.url, len(body))
        return body


@dataclass(frozen=True, slots=True)
class Brought:
    """The documents of one vocabulary, with a name for errors; none where the source says that nothing has changed."""

    documents: tuple[tuple[bytes, str], ...]
    etag: str = ""
    modified: str = ""
    unchanged: bool = False


def with_parameters(address: str, **parameters: str | int) -> str:
    """An address with parameters added to those that it has.

    >>> with_parameters("http://vocab.nerc.ac.uk/collection/R03/current/", _profile="nvs")
    'http://vocab.nerc.ac.uk/collection/R03/current/?_profile=nvs'
    """
    from urllib.parse import urlencode

    return address + ("&" if "?" in address else "?") + urlencode(parameters)


def name_of(address: str) -> str:
    """The end of an address, for errors and to tell files apart."""
    return address.partition("?")[0].rstrip("/").rpartition("/")[2] or address
