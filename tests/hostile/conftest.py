"""What every native goes through, and what must hold of the result whatever the native was."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.media_type import media_type_of
from kg.link.ledger import Decisions
from kg.link.linker import Linker
from kg.link.rights import Rights
from kg.link.vocabulary_index import open_index, read_index
from kg.model import Native
from kg.namespaces import DCT
from kg.problems import Sentences
from kg.processing import Processed, Processor
from kg.resources import resources
from kg.validate import Validator

#: The mailbox of nobody, in the shape of a person's: whatever a native does with it, it is not published.
PERSON = "jane.doe@secret.example"

#: Schemes of the IRIs that a graph may have: none that a browser carries out.
_HARMLESS = re.compile(r"(?:https?|ftps?|sftp|urn|doi|hdl|ark|info|geo|s3|gs|mailto):", re.IGNORECASE)
_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "http.client.connect"}
_FORBIDDEN = threading.local()


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event in _NETWORK and getattr(_FORBIDDEN, "on", False):
        raise AssertionError(f"a native made the program call out: {event} {arguments}")


sys.addaudithook(_audit)


@pytest.fixture
def no_network() -> Iterator[None]:
    """Nothing that this test's thread does may open a connection or ask for an address."""
    _FORBIDDEN.on = True
    yield
    _FORBIDDEN.on = False


@pytest.fixture(scope="session")
def processor(tmp_path_factory: pytest.TempPathFactory, small_vocabularies: Path) -> Processor:
    """Map, link and validate, with few vocabularies."""
    vocabularies = resources("ontology/vocabularies", "*.ttl", small_vocabularies)
    index = open_index(tmp_path_factory.mktemp("index"), vocabularies, [], None)
    return Processor(Mapper.from_resources(), Linker(read_index(index), Rights(None), Decisions(())), Validator.from_overlay(None))


Check = Callable[[Native], Processed]


@pytest.fixture(scope="session")
def check(processor: Processor) -> Check:
    """Processes a native, and asserts what holds of every result."""
    sentences = Sentences.from_resources() if hasattr(Sentences, "from_resources") else None

    def run(native: Native) -> Processed:
        done = processor.process(native)
        assert done.record is not None or done.problems, "a native vanished"
        for problem in done.problems:
            assert all(len(value) <= 200 for _, value in problem.values), f"{problem.code} repeats the native"
            if sentences:
                assert sentences
        if done.record is not None:
            _sound(done.record.triples, done.record.iri)
            _sound(done.links, None)
        return done

    return run


def _sound(triples: bytes, record: str | None) -> None:
    text = triples.decode()
    assert PERSON not in text.lower() and PERSON not in unquote(text).lower(), "a person's address is published"
    identifiers = 0
    for quad in parse(triples, RdfFormat.N_TRIPLES):  # strict: every IRI and language tag is looked at
        assert not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)
        for node in (quad.subject, quad.predicate, quad.object):
            if isinstance(node, NamedNode):
                assert _HARMLESS.match(node.value), f"an IRI that may be carried out: {node.value[:100]}"
                assert not re.search(r"[\x00-\x20\x7f<>\"{}|\\^`]", node.value), f"no IRI: {node.value[:100]!r}"
                assert not re.search(r"%(?![0-9A-Fa-f]{2})", node.value), f"a broken percent-escape: {node.value[:100]!r}"
            if isinstance(node, Literal):
                assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", node.value), "control characters in a text"
        identifiers += quad.subject.value == record and quad.predicate == DCT.identifier
    assert record is None or identifiers == 1, "a record has one identifier"


Harvest = Callable[..., list[Native]]


@pytest.fixture(scope="session")
def natives() -> Harvest:
    """The natives of a file's bytes, as harvesting finds them; none where it is told apart as no metadata."""
    containers = Containers.from_resources()

    def run(body: bytes, name: str = "record.xml", media_type: str | None = None) -> list[Native]:
        found = media_type or media_type_of(body, name)[0]
        if found is None:
            return []
        return [Native("hostile", item.identifier or name, item.media_type, item.body, name) for item in containers.open(body, found, name)]

    return run
