"""Each protocol against a service that answers in its form, whole, in pages, half-way broken, and not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pyoxigraph import RdfFormat, Store

from kg.fetch import Fetcher, Limits
from kg.namespaces import PREFIXES
from kg.vocabulary.concepts import concepts_of
from kg.vocabulary.guard import Thresholds
from kg.vocabulary.importers import read_bodies
from kg.vocabulary.lines import triples_of
from kg.vocabulary.protocols import PROTOCOLS, ask
from kg.vocabulary.protocols.question import Question
from kg.vocabulary.pull import pull, pull_from
from kg.vocabulary.reading import Reading
from kg.vocabulary.shelves import Library
from kg.vocabulary.sources import VocabularySource, named, read_sources
from kg.vocabulary.take import Answer

from .conftest import Asked, Reply, Service, packed

WorkingFolder = Any  # of tests/conftest.py

SKOS_PREFIX = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
RDF_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:gcmd="https://gcmd.earthdata.nasa.gov/kms#">'
)


def turtle(count: int, start: int = 0) -> bytes:
    concepts = (f'<http://e.org/{n}> a skos:Concept ; skos:prefLabel "concept {n}"@en .' for n in range(start, start + count))
    return (SKOS_PREFIX + "\n".join(concepts)).encode()


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def kms_rdf(asked: Asked, total: int) -> Reply:
    """A page as the KMS gives it: what it says of itself stands on a blank node."""
    size, number = int(asked.query["page_size"]), int(asked.query["page_num"])
    numbers = range((number - 1) * size, min(number * size, total))
    said = f"<gcmd:hits>{total}</gcmd:hits><gcmd:page_num>{number}</gcmd:page_num><gcmd:page_size>{size}</gcmd:page_size>"
    about = f"<gcmd:gcmd>{said}</gcmd:gcmd>"
    concepts = "".join(
        f'<skos:Concept rdf:about="{uuid(n)}" xml:base="https://gcmd.earthdata.nasa.gov/kms/concept/"><skos:prefLabel xml:lang="en">'
        f"keyword {n}</skos:prefLabel></skos:Concept>"
        for n in numbers
    )
    return Reply(f"{RDF_HEAD}{about}{concepts}</rdf:RDF>".encode(), "application/rdf+xml")


def kms_csv(asked: Asked, total: int) -> Reply:
    size, number = int(asked.query["page_size"]), int(asked.query["page_num"])
    rows = "".join(f'"keyword {n}","{uuid(n)}"\n' for n in range((number - 1) * size, min(number * size, total)))
    head = f'"Hits: {total}","page_num: {number}","page_size: {size}","Keyword Version: 23.4","x/kms/concepts/concept_scheme/projects/?"\n'
    return Reply(f"{head}Short_Name,UUID\n{rows}".encode(), "text/csv")


@dataclass
class Pulls:
    """Pulls of one source from the service."""

    kept: Library
    fetcher: Fetcher
    source: VocabularySource

    def pull(self, date: str = "2025-01-01") -> Answer:
        return pull(self.kept, self.source, self.fetcher, date)

    @property
    def concepts(self) -> int:
        return len(concepts_of(triples_of(self.kept.get(self.source.id).lines())))


@pytest.fixture
def pulls(service: Service, tmp_path: Path) -> Iterator[Pulls]:
    limits = Limits(seconds=10, wait=0.6, repeat=1, pause=0.01)
    with Fetcher(private=True, limits=limits) as fetcher:
        source = VocabularySource("test", "url", (f"{service.address}/it",), thresholds=Thresholds())
        yield Pulls(Library(tmp_path), fetcher, source)


def of(pulls: Pulls, protocol: str, *paths: str, **options: str) -> Pulls:
    base = pulls.source.addresses[0].removesuffix("/it")
    source = replace(pulls.source, protocol=protocol, addresses=tuple(base + path for path in paths), options=options)
    return replace(pulls, source=source)


@pytest.mark.parametrize("form", ["rdf", "csv"])
def test_kms_is_asked_page_by_page(pulls: Pulls, service: Service, form: str) -> None:
    service.replies["/kms/projects"] = lambda asked: kms_rdf(asked, 4500) if form == "rdf" else kms_csv(asked, 4500)
    kms = of(pulls, "kms", "/kms/projects", format=form)
    assert kms.pull().state == "accepted"
    assert kms.concepts == 4500
    assert [asked.query["page_num"] for asked in service.asked] == ["1", "2", "3"]
    assert {asked.query["format"] for asked in service.asked} == {form}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Reply(b"Internal Server Error", "text/plain", 500), "HTTP 500"),
        (Reply(b"<html>Sorry</html>", "text/html"), "web page"),
        (Reply(f"{RDF_HEAD}</rdf:RDF>".encode(), "application/rdf+xml"), "2000 of 4500"),
        (Reply(RDF_HEAD.encode(), "application/rdf+xml", break_off=True), "no answer"),
    ],
)
def test_a_kms_that_fails_half_way_is_held_and_the_last_good_version_stays(pulls: Pulls, service: Service, fault: Reply, says: str) -> None:
    kms = of(pulls, "kms", "/kms/projects")
    service.replies["/kms/projects"] = lambda asked: kms_rdf(asked, 4500)
    assert kms.pull().state == "accepted"
    service.replies["/kms/projects"] = lambda asked: fault if asked.query["page_num"] == "2" else kms_rdf(asked, 4500)
    answer = kms.pull("2025-01-02")
    assert (answer.state, answer.version) == ("held", "2025-01-01")
    assert says in answer.words("en")
    assert kms.concepts == 4500
    shelf = kms.kept.shelf("test")
    assert (shelf.pulled.state, shelf.pulled.since) == ("stale", "2025-01-02")


def test_kms_gives_a_tree_too(pulls: Pulls, service: Service) -> None:
    below = f'[{{"key": "{uuid(2)}", "title": "OCEANS"}}]'
    tree = f'{{"tree": {{"treeData": [{{"key": "{uuid(1)}", "title": "EARTH SCIENCE", "children": {below}}}]}}}}'
    service.replies["/kms/sciencekeywords"] = Reply(tree.encode(), "application/json")
    kms = of(pulls, "kms", "/kms/sciencekeywords", format="json")
    assert kms.pull().state == "accepted"
    assert concepts_of(triples_of(kms.kept.get("test").lines()))[f"https://gcmd.earthdata.nasa.gov/kms/concept/{uuid(2)}"].broader


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json"])
def test_nvs_is_asked_for_its_own_profile(pulls: Pulls, service: Service, media_type: str) -> None:
    json = b'{"@graph": [{"@id": "http://e.org/0", "@type": "http://www.w3.org/2004/02/skos/core#Concept"}]}'
    service.replies["/collection/R03/current/"] = Reply(turtle(1) if media_type == "text/turtle" else json, media_type)
    nvs = of(pulls, "nvs", "/collection/R03/current/", media_type=media_type)
    assert nvs.pull().state == "accepted"
    assert service.asked[0].query == {"_profile": "nvs", "_mediatype": media_type}


def test_skosmos_gives_its_vocabularies_as_turtle(pulls: Pulls, service: Service) -> None:
    service.replies["/rest/v1/param/data"], service.replies["/rest/v1/inst/data"] = Reply(turtle(30)), packed(Reply(turtle(20, 30)))
    skosmos = of(pulls, "skosmos", "/rest/v1/param", "/rest/v1/inst/")
    assert (skosmos.pull().state, skosmos.concepts) == ("accepted", 50)
    assert service.asked[0].query == {"format": "text/turtle"}
    service.replies["/rest/v1/inst/data"] = Reply(b"", "text/plain", 500)
    assert skosmos.pull("2025-01-02").state == "held", "one of several that does not answer holds the whole"


def test_geonetwork_gives_a_thesaurus_as_xml(pulls: Pulls, service: Service) -> None:
    concept = '<skos:Concept rdf:about="http://e.org/1"><skos:prefLabel xml:lang="fr">Infrastructure</skos:prefLabel></skos:Concept>'
    service.replies["/srv/api/registries/vocabularies/local.theme.IR"] = Reply(f"{RDF_HEAD}{concept}</rdf:RDF>".encode(), "text/xml")
    geonetwork = of(pulls, "geonetwork", "/srv/api/registries/vocabularies/local.theme.IR")
    assert (geonetwork.pull().state, geonetwork.concepts) == ("accepted", 1)


def test_a_linked_data_registry_is_asked_for_valid_entries(pulls: Pulls, service: Service) -> None:
    service.replies["/ncl/Voc_thematique"] = Reply(turtle(3))
    registry = of(pulls, "ldregistry", "/ncl/Voc_thematique")
    assert registry.pull().state == "accepted"
    assert service.asked[0].query == {"_format": "ttl", "_view": "with_metadata", "status": "valid"}


@pytest.mark.parametrize(("form", "media_type"), [(RdfFormat.TURTLE, "text/turtle"), (RdfFormat.RDF_XML, "application/rdf+xml")])
def test_a_sparql_service_is_asked_page_by_page(pulls: Pulls, service: Service, form: RdfFormat, media_type: str) -> None:
    store = Store()
    scheme = "http://e.org/scheme"
    store.load(turtle(40).replace(b"a skos:Concept", f"a skos:Concept ; skos:inScheme <{scheme}>".encode()), RdfFormat.TURTLE)
    store.load(turtle(5, 100).replace(b"a skos:Concept", b"a skos:Concept ; skos:inScheme <http://e.org/other>"), RdfFormat.TURTLE)

    def endpoint(asked: Asked) -> Reply:
        (query,) = parse_qs(asked.body.decode())["query"]
        return Reply(store.query(query).serialize(format=form) or b"", media_type)  # type: ignore[union-attr]

    service.replies["/sparql"] = endpoint
    sparql = of(pulls, "sparql", "/sparql", scheme=scheme, page="50")
    assert (sparql.pull().state, sparql.concepts) == ("accepted", 40)
    assert [asked.method for asked in service.asked] == ["POST"] * 3, "120 statements in pages of 50"


def test_the_query_to_others_runs_without_a_scheme_as_well(pulls: Pulls, service: Service) -> None:
    store = Store()
    store.load(turtle(4).replace(b"a skos:Concept", b"a skos:Concept ; skos:inScheme <http://e.org/s>"), RdfFormat.TURTLE)
    service.replies["/sparql"] = lambda asked: Reply(
        store.query(parse_qs(asked.body.decode())["query"][0]).serialize(format=RdfFormat.TURTLE) or b""  # type: ignore[union-attr]
    )
    sparql = of(pulls, "sparql", "/sparql")
    assert (sparql.pull().state, sparql.concepts) == ("accepted", 4)


def test_a_source_that_says_that_nothing_has_changed_is_believed(pulls: Pulls, service: Service) -> None:
    service.replies["/it"] = lambda asked: (
        Reply(status=304) if asked.headers.get("if-none-match") == '"1"' else Reply(turtle(5), headers={"ETag": '"1"'})
    )
    assert [pulls.pull(date).state for date in ("2025-01-01", "2025-01-02")] == ["accepted", "unchanged"]
    assert pulls.kept.shelf("test").pulled.last == "2025-01-02"


def test_after_a_hold_the_whole_is_asked_for_again(pulls: Pulls, service: Service) -> None:
    service.replies["/it"] = Reply(turtle(50), headers={"ETag": '"1"'})
    pulls.pull()
    service.replies["/it"] = Reply(turtle(5), headers={"ETag": '"2"'})
    assert pulls.pull("2025-01-02").state == "held"
    pulls.pull("2025-01-03")
    assert "if-none-match" not in service.asked[-1].headers, "otherwise 304 would make what was held look fresh"


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(b"<html>502 Bad Gateway</html>", "text/html"), "stale"),
        (Reply(b"<!DOCTYPE html><html>502</html>", "text/turtle"), "held"),
        (Reply(turtle(50)[:-200]), "held"),
        (Reply(b""), "held"),
        (Reply(b"slow", wait=1.0), "stale"),
        (Reply(b"", status=302, headers={"Location": "http://10.0.0.1:9/"}, media_type="text/plain"), "stale"),
    ],
)
def test_outages_are_held_with_since_when_and_why(pulls: Pulls, service: Service, reply: Reply, state: str) -> None:
    service.replies["/it"] = Reply(turtle(50))
    pulls.pull()
    service.replies["/it"] = reply
    limits = Limits(seconds=2, wait=0.5, repeat=0)
    with Fetcher(private=True, limits=limits) as fetcher:
        answers = [replace(pulls, fetcher=fetcher).pull(f"2025-01-0{day}") for day in (2, 3)]
    assert [answer.state for answer in answers] == ["held", "held"]
    pulled = pulls.kept.shelf("test").pulled
    assert (pulled.state, pulled.since, pulled.last) == (state, "2025-01-02", "2025-01-03")
    assert pulled.why
    assert pulls.concepts == 50


def test_another_place_can_be_asked_once(pulls: Pulls, service: Service, tmp_path: Path) -> None:
    service.replies["/mirror.ttl"] = Reply(turtle(5))
    assert pull_from(pulls.kept, pulls.source, f"{service.address}/mirror.ttl", pulls.fetcher, "2025-01-01").state == "accepted"
    file = tmp_path / "v.ttl"
    file.write_bytes(turtle(5))
    assert pull_from(pulls.kept, pulls.source, str(file), pulls.fetcher, "2025-01-02").state == "unchanged"


def test_every_source_has_a_protocol_that_is_there_and_an_address_or_is_for_files() -> None:
    sources = read_sources()
    assert {source.protocol for source in sources.values()} <= set(PROTOCOLS)
    assert all(source.addresses or source.group == "files" for source in sources.values())
    assert all(source.title and source.homepage and source.attribution for source in sources.values())
    assert not [source.id for source in sources.values() if source.republish and not source.licence]
    assert len(named(["poles", "cf", "aeris"], sources)) == 8


def test_addresses_that_nobody_verified_are_told(folder: WorkingFolder) -> None:
    """Of our own sources there is none."""
    folder.settings.vocabularies.mkdir(parents=True)
    (folder.settings.vocabularies / "sources.toml").write_text('[source.rumour]\naddress = "https://example.org/rumour.ttl"\n')
    rows = json.loads(folder.run("vocab", "sources", "--json").stdout)
    assert {row["id"] for row in rows if row["addresses"] and not row["seen"]} == {"rumour"}
    assert folder.run("vocab", "sources").stdout.count("not verified") == 1


def test_documents_of_a_protocol_are_read_as_one_vocabulary(service: Service) -> None:
    service.replies["/a"], service.replies["/b"] = Reply(turtle(2)), Reply(turtle(2, 1))
    with Fetcher(private=True) as fetcher:
        brought = ask("url", Question(fetcher, (f"{service.address}/a", f"{service.address}/b")))
    assert len(concepts_of(read_bodies(brought.documents, Reading("test")).triples)) == 3
    assert PREFIXES["skos"] in SKOS_PREFIX
