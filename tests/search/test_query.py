"""A search finds what people mean, says why, counts exactly, and cannot be broken by what is typed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.dataset import Box
from kg.dataset_reader import DatasetReader
from kg.namespaces import BASE, DCT
from kg.search.compounds import COMPOUNDS
from kg.search.concepts import concepts_of_store
from kg.search.document import entries, facet_values
from kg.search.extent import intersects
from kg.search.index import SearchIndex, build, open_index
from kg.search.query import SearchResult, search
from kg.search.request import RequestError, SearchRequest, parse_bbox, request_from_parameters
from kg.search.words import words
from kg.store import WorkingStore
from tests.search.conftest import graph_changes

ARGO, SSS, TOWER, LIDAR, ISLANDS, RAW = (
    "doi/10.17882/42182",
    "sextant/sss-vos",
    "theia-ozcar/tower",
    "aeris/lidar",
    "volcano/islands",
    "files/raw",
)


def names(result: SearchResult) -> list[str]:
    return [hit.iri.removeprefix(BASE + "dataset/") for hit in result.hits]


def found(index: SearchIndex, **asked: object) -> set[str]:
    return set(names(search(index, SearchRequest(**asked))))  # type: ignore[arg-type]


@pytest.mark.parametrize("q", ["humidité", "humidite", "Humidités", "HUMIDITE"])
def test_accents_case_and_plural_make_no_difference_where_the_text_has_no_accents(index: SearchIndex, q: str) -> None:
    assert found(index, q=q) == {LIDAR}


@pytest.mark.parametrize("q", ["biodiversité", "biodiversite", "mesuré", "mesurés", "mesures", "turbulent", "seisme", "séisme"])
def test_accents_case_and_plural_make_no_difference_where_the_text_has_them(index: SearchIndex, q: str) -> None:
    assert found(index, q=q) & {TOWER, ISLANDS}


@pytest.mark.parametrize("q", ["calorific budget", "rosette casts", "deckhands"])
def test_what_it_was_made_for_whom_it_thanks_and_notes_are_searched(index: SearchIndex, q: str) -> None:
    assert found(index, q=q) == {ARGO}


def test_a_stem_without_accents_finds_words_with_accents(index: SearchIndex) -> None:
    """*Données* is cut to *don* before its accent goes, *donnee* to *donne*: only the second way round joins them."""
    assert ARGO in found(index, q="donnee")


def test_words_of_a_concept_find_data_that_only_linking_explains(index: SearchIndex) -> None:
    result = search(index, SearchRequest(q="température de l'air", language="fr"))
    assert names(result) == [TOWER]
    (understood,) = result.understood
    assert (understood.concept, understood.label, understood.words, understood.total) == (
        BASE + "variable/air-temperature",
        "Température de l'air",
        "température air",
        1,
    )
    (why,) = result.hits[0].why
    assert (why.field, why.term, why.confidence) == ("concept", "TA_EC", 0.97)


def test_a_broader_concept_finds_narrower_data_and_shows_the_way(index: SearchIndex) -> None:
    result = search(index, SearchRequest(q="temperature"))
    tower = next(hit for hit in result.hits if hit.iri.endswith(TOWER))
    chain = next(why for why in tower.why if why.field == "concept")
    assert [step.label for step in chain.path] == ["Air temperature", "Temperature"]


def test_expansion_can_be_switched_off(index: SearchIndex) -> None:
    assert search(index, SearchRequest(q="air temperature", expand=False)).understood == ()


def test_a_word_that_is_a_label_in_both_languages_is_read_in_the_readers(index: SearchIndex) -> None:
    assert [one.concept for one in search(index, SearchRequest(q="vent", language="fr")).understood] == [BASE + "variable/wind"]
    assert [one.concept for one in search(index, SearchRequest(q="vent", language="en")).understood] == [BASE + "variable/vent"]


def test_the_longest_label_wins(index: SearchIndex) -> None:
    result = search(index, SearchRequest(q="argo sea water temperature salinity"))
    assert [one.label for one in result.understood] == ["Sea water temperature", "Salinity"]


@pytest.mark.parametrize(
    "q", ["10.17882/42182", "https://doi.org/10.17882/42182", "DOI:10.17882/42182", "oai:seanoe.org:42182", "argo-gdac"]
)
def test_an_identifier_finds_its_data_set(index: SearchIndex, q: str) -> None:
    result = search(index, SearchRequest(q=q))
    assert names(result)[0] == ARGO


def test_quoted_words_must_stand_together(index: SearchIndex) -> None:
    assert found(index, q='"voluntary observing ships"') == {SSS}
    assert found(index, q='"ships voluntary"') == set()


def test_words_can_be_left_out(index: SearchIndex) -> None:
    assert found(index, q="salinity -argo") == {SSS}
    assert found(index, q='-"sea surface"') == {ARGO, TOWER, LIDAR, ISLANDS, RAW}


def test_all_words_first_then_any_word_and_it_is_said(index: SearchIndex) -> None:
    strict = search(index, SearchRequest(q="aerosol profiles"))
    assert (names(strict), strict.any_word) == ([LIDAR], False)
    loose = search(index, SearchRequest(q="aerosol volcano qwertz"))
    assert (set(names(loose)), loose.any_word, loose.unknown) == ({LIDAR, ISLANDS}, True, ("qwertz",))


def test_titles_come_in_the_readers_language_and_words_are_marked(index: SearchIndex) -> None:
    french = search(index, SearchRequest(q="flotteurs", language="fr")).hits[0]
    assert (french.title.language, french.title.text[slice(*french.title.marks[0])]) == ("fr", "Flotteurs")
    assert [french.snippet.text[slice(*mark)] for mark in french.snippet.marks] == ["flotteurs"]
    assert search(index, SearchRequest(q="floats")).hits[0].title.language == "en"


def test_tags_do_not_reach_the_snippet(index: SearchIndex) -> None:
    assert search(index, SearchRequest(q="dump")).hits[0].snippet.text == "First line second line"


@pytest.mark.parametrize(
    ("bbox", "expected"),
    [
        ("170,-10,-170,10", {ARGO, SSS}),
        ("-175,-10,-172,10", {ARGO, SSS}),
        ("150,0,151,1", {ARGO, SSS}),
        ("1,9,2,10", {ARGO, TOWER}),
        ("-62,15,-60,17", {ARGO, ISLANDS}),
        ("0,-5,10,5", {ARGO}),
        ("-180,-90,180,90", {ARGO, SSS, TOWER, LIDAR, ISLANDS}),
        ("2.5,48.5,2.5,48.5", {ARGO, LIDAR}),
    ],
)
def test_boxes(index: SearchIndex, bbox: str, expected: set[str]) -> None:
    assert found(index, bbox=bbox) == expected


BOXES = st.builds(
    lambda west, east, south, height: Box(west, south, east, min(90, south + height)),
    *(st.integers(-180, 180), st.integers(-180, 180), st.integers(-90, 90), st.integers(0, 90)),
)


@given(BOXES)
@settings(max_examples=60, deadline=None)
def test_boxes_agree_with_plain_geometry(index: SearchIndex, catalogue: WorkingStore, box: Box) -> None:
    views = DatasetReader(catalogue).views()
    expected = {view.iri.removeprefix(BASE + "dataset/") for view in views if any(intersects(one, box) for one in view.boxes)}
    assert found(index, bbox=",".join(map(str, box))) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2005-06", "2005-06", {ARGO, SSS, TOWER}),
        ("2000", "2001", {ARGO, SSS}),
        ("1992", "1992-12-31", {ISLANDS}),
        ("2024", "", {ARGO}),
        ("", "1989", set()),
        ("1996", "1996", {SSS}),
        ("2023-06-30", "2023-06-30", {ARGO, SSS}),
        ("2023-07-01", "2023-07-01", {ARGO}),
    ],
)
def test_periods(index: SearchIndex, start: str, end: str, expected: set[str]) -> None:
    assert found(index, start=start, end=end) == expected


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "salinity"},
        {"pole": ("odatis",)},
        {"variable": ("temperature",)},
        {"bbox": "-62,-25,60,17"},
        {"openness": ("unknown",), "q": "data"},
    ],
)
def test_facets_count_the_hits_exactly(index: SearchIndex, catalogue: WorkingStore, asked: dict[str, object]) -> None:
    result = search(index, SearchRequest(**asked))  # type: ignore[arg-type]
    concepts = concepts_of_store(catalogue)
    views = [view for view in DatasetReader(catalogue).views() if view.iri in {hit.iri for hit in result.hits}]
    values = [facet_values(view, concepts) for view in views]
    for name, counted in result.facets.items():
        assert {value.iri or value.key: value.count for value in counted} == Counter(one for found in values for one in found[name])


def test_each_count_is_what_choosing_the_value_finds(index: SearchIndex) -> None:
    for name, values in search(index, SearchRequest()).facets.items():
        for value in values:
            assert search(index, SearchRequest(**{name: (value.key,)})).total == value.count  # type: ignore[arg-type]


def test_unmapped_is_not_the_same_as_missing(index: SearchIndex) -> None:
    assert found(index, variable=("unmapped",)) == {RAW}
    assert found(index, variable=("missing",)) == {LIDAR, ISLANDS}
    assert found(index, licence=("missing",)) == {SSS, TOWER, ISLANDS, RAW}


def test_several_values_of_a_facet_are_alternatives(index: SearchIndex) -> None:
    assert found(index, pole=("aeris", BASE + "pole/theia")) == {LIDAR, TOWER}


def test_openness(index: SearchIndex) -> None:
    assert found(index, openness=("open",)) == {ARGO}
    assert found(index, openness=("restricted",)) == {LIDAR}


def test_nothing_found_says_what_to_relax(index: SearchIndex) -> None:
    result = search(index, SearchRequest(q="salinity", pole=("aeris",), bbox="150,0,151,1"))
    assert (result.total, result.hits) == (0, ())
    assert {one.parameter: one.total for one in result.relax} == {"pole": 2}


def test_pages_and_order(index: SearchIndex) -> None:
    newest = names(search(index, SearchRequest(sort="newest")))
    assert newest[:2] == [SSS, ARGO]
    pages = [names(search(index, SearchRequest(sort="newest", limit=2, offset=offset))) for offset in (0, 2, 4, 6)]
    assert [name for page in pages for name in page] == newest
    assert search(index, SearchRequest(limit=0)).total == 6
    assert names(search(index, SearchRequest(sort="oldest", q="argo salinity")))[0] == ARGO


HOSTILE = [
    '"', '""', '-"', "-", "--", "(", "a AND", "title_plain:*", "*", "\\", "[1 TO 2]", "a^99", "~", "{!x}", "NOT", "' OR 1=1",
    "\x00", "\ud800", "🛰" * 50,
    "a" * 100_000, "x " * 5_000, "-salinity", '"salinity', '"a" "b', "l'", "%00", "<script>alert(1)</script>",
    "../../etc/passwd", "İ", "ﬁ", "e\u0301te\u0301",
]  # fmt: skip


@pytest.mark.parametrize("q", HOSTILE)
def test_anything_may_be_typed(index: SearchIndex, q: str) -> None:
    assert search(index, SearchRequest(q=q)).total >= 0


@given(st.text(), st.text(), st.sampled_from(["en", "fr", "xx"]))
@settings(max_examples=200, deadline=None)
def test_nothing_typed_is_an_error(index: SearchIndex, q: str, value: str, language: str) -> None:
    assert search(index, SearchRequest(q=q, variable=(value,), language=language)).total >= 0


@pytest.mark.parametrize(
    "text",
    ["1,2,3", "a,b,c,d", "0,10,1,5", "-181,0,0,1", "0,-91,1,0", "nan,0,1,1", "1e2,0,1,1", "inf,0,1,1", "1,2,3,4,5", ",,,", "٣,0,4,1"],
)
def test_a_wrong_box_is_said_in_both_languages(text: str) -> None:
    with pytest.raises(RequestError) as raised:
        SearchRequest(bbox=text)
    assert raised.value.parameter == "bbox"
    assert "west,south,east,north" in raised.value.sentence("en")
    assert "ouest,sud,est,nord" in raised.value.sentence("fr")


@pytest.mark.parametrize(
    "text", ["yesterday", "2001-13", "2001-02-30", "0000", "20010101", "2001-1-1", "2001-01-01T00:00:00Z", "-2001", "２００１"]
)
def test_a_wrong_date_is_said_in_both_languages(text: str) -> None:
    with pytest.raises(RequestError) as raised:
        SearchRequest(start=text)
    assert "2001-05-31" in raised.value.sentence("en")
    assert "mois" in raised.value.sentence("fr")


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": ["x"]},
        {"limit": ["201"]},
        {"offset": ["-1"]},
        {"sort": ["up"]},
        {"from": ["2002"], "to": ["2001"]},
        {"limit": ["9" * 5000]},
    ],
)
def test_wrong_numbers_orders_and_periods_are_refused(parameters: dict[str, list[str]]) -> None:
    with pytest.raises(RequestError) as raised:
        request_from_parameters(parameters)
    assert raised.value.english
    assert raised.value.french


def test_parameters_of_an_address_make_a_request(index: SearchIndex) -> None:
    request = request_from_parameters(
        {"q": ["salinity"], "pole": ["odatis", "theia"], "bbox": ["150,0,151,1"], "from": ["2001"], "to": ["2002"], "limit": ["5"]}, "fr"
    )
    assert request.bounds == parse_bbox("150,0,151,1")
    assert request.window == (20010101, 20021231)
    assert set(names(search(index, request))) == {ARGO, SSS}


def test_a_word_finds_the_compounds_that_it_is_part_of_below_itself(tmp_path: Path) -> None:
    store = WorkingStore(tmp_path / "store")
    trig = f"@prefix dct: <{DCT.title.value.removesuffix('title')}> . @prefix dcat: <http://www.w3.org/ns/dcat#> . @base <{BASE}> .\n"
    for name, title in (
        ("sea", "Isotopes of seawater"),
        ("lake", "Isotopes of water"),
        ("work", "A season of research in the waterless air"),
    ):
        record = f"<record/s/{name}>"
        trig += f"{record} {{ {record} a dcat:CatalogRecord ; <http://xmlns.com/foaf/0.1/primaryTopic> <dataset/s/{name}> ."
        trig += f' <dataset/s/{name}> a dcat:Dataset ; dct:title "{title}"@en . }}\n'
    store.apply(graph_changes(trig.encode()))
    build(tmp_path / "index", entries(DatasetReader(store).views(), concepts_of_store(store)), store)
    index = open_index(tmp_path / "index")
    result = search(index, SearchRequest(q="water"))
    assert names(result) == ["s/lake", "s/sea"]
    assert [hit.title.marks for hit in result.hits] == [((12, 17),), ((12, 20),)]
    assert found(index, q="water", expand=False) == found(index, q='"water"') == {"s/lake"}
    assert found(index, q="isotopes -water") == found(index, q="sea") == {"s/sea"}


def test_compounds_are_words_and_contain_theirs() -> None:
    for word, compounds in COMPOUNDS.items():
        assert all(word in compound and len(words(compound)) == 1 for compound in compounds), word
