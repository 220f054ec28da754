"""E-mail addresses of persons, which are never published: in texts, and in addresses that carry one."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit, urlunsplit

#: An e-mail address in a text (RFC 5321 in the shape that people write it).
EMAIL = re.compile(r"(?:mailto:)?([A-Za-z0-9._%+'-]{1,64})@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

#: ... and in an IRI, where the at sign may be escaped, once or several times; `map@2x.png` is a file.
_IN_IRI = re.compile(
    r"([A-Za-z0-9._%+'!$&*=~-]{1,64}?)(?:@|%(?:25)*40)(?:[A-Za-z0-9-]{1,63}\.)+"
    r"(?!(?:csv|gif|geojson|gz|html?|jpe?g|json|md|nc|pdf|png|rdf|svg|tiff?|ttl|txt|webp|xml|zip)\b)[A-Za-z]{2,24}\b",
    re.IGNORECASE,
)

#: What stands in a text where a person's e-mail address stood.
REDACTED = "[e-mail]"

#: Whether the part of an e-mail address before the `@` names a function and not a person.
Functional = Callable[[str], bool]


def without_mailboxes(text: str, functional: Functional) -> str:
    """A text without e-mail addresses of persons.

    >>> without_mailboxes("Ask jane.doe@example.org or data@example.org", "data".__eq__)
    'Ask [e-mail] or data@example.org'
    """
    if "@" not in text:
        return text
    return EMAIL.sub(lambda found: found[0] if functional(found[1]) else REDACTED, text)


def iri_without_mailboxes(iri: str, functional: Functional) -> str | None:
    """An IRI without the user of its server, and without the parts of its query in which a person's e-mail address stands.

    `None` where one stands elsewhere, since what is left would lead to something else.

    >>> iri_without_mailboxes("https://example.org/ask?to=jane.doe%40example.org&about=sst", "data".__eq__)
    'https://example.org/ask?about=sst'
    >>> iri_without_mailboxes("ftp://jane:secret@ftp.example.org/sst", "data".__eq__)
    'ftp://ftp.example.org/sst'
    >>> iri_without_mailboxes("https://example.org/people/jane.doe@example.org", "data".__eq__) is None
    True
    """
    if "@" not in iri and "40" not in iri:
        return iri
    try:
        parts = urlsplit(iri)
    except ValueError:  # a broken address of version 6
        return None
    server = parts.netloc.rpartition("@")[2]
    query = "&".join(part for part in parts.query.split("&") if not _has_mailbox(part.partition("=")[2] or part, functional))
    if _has_mailbox(parts.path, functional) or _has_mailbox(parts.fragment, functional):
        return None
    if (server, query) == (parts.netloc, parts.query):
        return iri
    return urlunsplit(parts._replace(netloc=server, query=query))


def _has_mailbox(text: str, functional: Functional) -> bool:
    return any(not functional(unquote(found[1])) for found in _IN_IRI.finditer(text))
