"""What blocks is kept out, what does not is told; each record is judged by what it says itself."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ShapeError
from kg.judge import pyshacl_report
from kg.model import Severity
from kg.namespaces import BASE, dataset_iri, record_iri
from kg.shacl import Finding, Shapes, fast_report
from kg.validate import LONGEST_VALUE, MOST_OF_A_KIND, PERSONAL, Report, Validator, problems, second_of, shapes_table, with_shapes_table

ROOT = Path(__file__).parent.parent
TODAY = date(2025, 1, 1)
RECORD = record_iri("sextant", "argo-gdac")
DATASET = dataset_iri("sextant", "argo-gdac", "10.17882/42182")

PREFIXES = f"""@base <{BASE}> .
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix dt: <{BASE}ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TITLE = 'dct:title "Argo float data and metadata from Global Data Assembly Centre (Argo GDAC)"@en ;'


def triples(turtle: str) -> bytes:
    quads = pyoxigraph.parse(PREFIXES + turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES) or b""


def record(iri: str = RECORD, title: str = TITLE, more: str = "") -> tuple[str, bytes]:
    """A record with all that is required, and some turtle more."""
    return iri, triples(f"""
        <{iri}> a dcat:CatalogRecord ; foaf:primaryTopic <{DATASET}> ; dct:identifier "argo-gdac" ; dct:isPartOf <source/sextant> ;
          dct:conformsTo <crosswalk/iso19139> ; prov:wasDerivedFrom <{iri}#native> .
        <{iri}#native> a prov:Entity ; dct:identifier "sha256:{"0" * 64}" .
        <{DATASET}> a dcat:Dataset ; {title} dct:identifier "https://doi.org/10.17882/42182"^^xsd:anyURI .
        {more}""")


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator.from_overlay(today=TODAY)


def codes(report: Report, severity: Severity) -> set[str]:
    return {finding.shape for finding in report.findings if finding.severity is severity}


def test_a_record_with_all_that_is_required_is_published_with_warnings(validator: Validator) -> None:
    report = validator.validate([record()])[RECORD]
    assert not report.blocks
    assert {"dataset-description", "dataset-licence", "dataset-spatial"} <= codes(report, Severity.WARNING)


def test_a_record_without_title_is_blocked(validator: Validator) -> None:
    report = validator.validate([record(title="")])[RECORD]
    assert report.blocks
    assert codes(report, Severity.VIOLATION) == {"dataset-title"}


def test_records_of_one_data_set_neither_mend_nor_spoil_each_other(validator: Validator) -> None:
    good, untitled = record(record_iri("seanoe", "42182")), record(record_iri("sextant", "42182"), title="")
    french = record(record_iri("odatis", "42182"), title='dct:title "Données des flotteurs Argo"@fr, "Flotteurs Argo"@fr ;')
    reports = validator.validate([good, untitled, french])
    assert [reports[iri].blocks for iri, _ in (good, untitled, french)] == [False, True, False]
    assert "dataset-title-unique" in codes(reports[french[0]], Severity.WARNING)
    assert "dataset-title-unique" not in codes(reports[good[0]], Severity.WARNING)


@pytest.mark.parametrize("graph", [b"", b"\n", triples('<dataset/x/y> dct:title "A title and no record"@en .')])
def test_a_graph_without_its_record_does_not_pass(graph: bytes, validator: Validator) -> None:
    report = validator.validate([(RECORD, graph)])[RECORD]
    assert {"record-topic", "record-identifier", "record-source"} <= codes(report, Severity.VIOLATION)


@pytest.mark.parametrize(
    "graph", [b"<a b> <c> <d> .\n", b"\xff\xfe\x00", b'<http://a> <http://b> "open', b"<http://a> <http://b> <http://c> <http://g> .\n"]
)
def test_what_is_no_graph_is_blocked_and_the_others_go_on(graph: bytes, validator: Validator) -> None:
    broken = record_iri("sextant", "broken")
    reports = validator.validate([(broken, graph), record()])
    assert codes(reports[broken], Severity.VIOLATION) == {"record-readable"}
    assert not reports[RECORD].blocks


YEAR_ORDER = b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<https://w3id.org/dataterra/shape/year-order> a sh:PropertyShape ; sh:targetClass <http://purl.org/dc/terms/PeriodOfTime> ;
  sh:path dcat:startDate ; sh:lessThanOrEquals dcat:endDate ; sh:message "order"@en ."""


def period(start: str, end: str, kind: str = "gYear") -> str:
    return f'<{RECORD}#period-1> a dct:PeriodOfTime ; dcat:startDate "{start}"^^xsd:{kind} ; dcat:endDate "{end}"^^xsd:{kind} .'


def test_pyshacl_overrules_the_fast_engine() -> None:
    shapes = Shapes({"years": YEAR_ORDER})
    data = triples(period("1999", "2003"))
    assert fast_report(data, shapes), "years have no order in SPARQL 1.1: the fast engine sees a violation, pyshacl does not"
    assert not Validator(shapes, TODAY).validate([(RECORD, data)])[RECORD].blocks


def test_what_pyshacl_cannot_judge_stays_blocked() -> None:
    report = Validator(Shapes({"years": YEAR_ORDER}), TODAY).validate([(RECORD, triples(period("2003", "1999")))])[RECORD]
    assert report.blocks


def test_literals_that_do_not_fit_their_datatype_do_not_stop_the_run(validator: Validator) -> None:
    box = f'<{RECORD}#place-1> a dct:Location ; dt:west "x"^^xsd:decimal ; dt:south 1.0 ; dt:east 2.0 ; dt:north "y"^^xsd:decimal .'
    reports = validator.validate([record(more=box + period("2003-13-45", "never", "date"))])
    assert {"place-latitude", "place-longitude"} <= codes(reports[RECORD], Severity.VIOLATION)


def test_problems_name_the_property_and_the_value_as_the_record_has_them(validator: Validator) -> None:
    iri, data = record(more=f'<{DATASET}> foaf:page <javascript:alert(1)> ; dct:publisher "Ifremer" . {period("2009", "2003")}')
    report = validator.validate([(iri, data)])[iri]
    found = {problem.code: problem for problem in problems(report, data, "sextant", "argo-gdac", "argo.xml")}
    assert found["dataset-link-scheme"].where == f"{DATASET} foaf:page"
    assert found["dataset-link-scheme"].values == (("value", "javascript:alert(1)"),)
    assert found["dataset-link"].where == f"{DATASET} dct:publisher"
    assert found["period-order"].where == f"{RECORD}#period-1 dcat:startDate"
    assert found["period-order"].values == (("value", "2009"),)
    assert found["period-order"].severity is Severity.VIOLATION
    assert (found["dataset-link"].source, found["dataset-link"].identifier, found["dataset-link"].location) == (
        "sextant",
        "argo-gdac",
        "argo.xml",
    )


def test_a_long_value_is_cut(validator: Validator) -> None:
    iri, data = record(title=f'dct:title "{"Sea ice " * 200}"@en ;')
    (problem,) = (p for p in problems(validator.validate([(iri, data)])[iri], data, "s", "i", "l") if p.code == "dataset-title-text")
    assert len(dict(problem.values)["value"]) == LONGEST_VALUE


def test_one_fault_that_fails_two_constraints_is_one_problem() -> None:
    twice = tuple(Finding("dataset-title-text", Severity.VIOLATION, DATASET, "dct:title", " ", part) for part in ("Pattern", "NodeKind"))
    assert len(problems(Report(RECORD, twice), b"", "s", "i", "l")) == 1


def test_a_fault_in_a_thousand_places_is_told_ten_times_with_the_number_of_the_others(validator: Validator) -> None:
    more = "".join(
        f"<{DATASET}> dcat:distribution <{RECORD}#distribution-{n}> . <{RECORD}#distribution-{n}> a dcat:Distribution ;"
        f" dcat:accessURL <javascript:alert({n})> .\n"
        for n in range(1000)
    )
    iri, data = record(more=more)
    found = [p for p in problems(validator.validate([(iri, data)])[iri], data, "s", "i", "l") if p.code == "distribution-link-scheme"]
    assert len(found) == MOST_OF_A_KIND
    assert dict(found[-1].values)["more"] == "990"
    assert all(problem.where.endswith(" dcat:accessURL") for problem in found)


def test_a_report_does_not_repeat_what_is_personal(validator: Validator) -> None:
    more = f"""<agent/person/x/y> a foaf:Person ; foaf:name "jeanne.exemple@example.org" ;
        foaf:mbox <mailto:jeanne.exemple@example.org> . <{DATASET}>"""
    iri, data = record(
        more=more + ' dct:description "Ask jeanne.exemple@example.org for the profiles before 2004, which are on paper."@en .'
    )
    found = problems(validator.validate([(iri, data)])[iri], data, "s", "i", "l")
    assert {"agent-email", "agent-name-email", "dataset-text-email"} <= {problem.code for problem in found}
    assert "jeanne" not in repr(found)


def test_every_shape_about_personal_data_keeps_it_to_itself(validator: Validator) -> None:
    assert {name for name, text in validator.shapes.texts.items() if any("eli/reg/2016/679" in iri for iri in text.see_also)} == PERSONAL


def test_dates_after_today_are_in_the_future_with_a_day_of_grace_for_time_zones(validator: Validator) -> None:
    def future(day: str) -> bool:
        report = validator.validate([record(more=f'<{DATASET}> dct:issued "{day}"^^xsd:date .')])[RECORD]
        return "dataset-date-future" in codes(report, Severity.WARNING)

    assert [future(day) for day in ("2024-12-31", "2025-01-01", "2025-01-02", "2025-01-03")] == [False, False, False, True]


def test_an_overlay_replaces_one_file_of_shapes(tmp_path: Path) -> None:
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "rights.ttl").write_text("# no rule about rights here\n", encoding="utf-8")
    shutil.copy(ROOT / "shapes" / "term.ttl", tmp_path / "shapes" / "term.ttl")
    shapes = Validator.from_overlay(tmp_path, TODAY).shapes
    assert "rights-text" not in shapes.texts
    assert {"term-kind", "dataset-title"} <= set(shapes.texts)


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9998, 12, 31)))
def test_seconds_are_those_of_the_calendar(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert second_of(moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"), at_end=False) == int(moment.timestamp())
    first, last = (second_of(f"{moment.year:04}-{moment.month:02}", at_end=at_end) for at_end in (False, True))
    assert first is not None and last is not None and first <= moment.timestamp() <= last


@given(st.integers(-4_600_000_000, 9998))
def test_years_follow_each_other_without_gap(year: int) -> None:
    end, start = (second_of(f"{'-' if y < 0 else ''}{abs(y):04}", at_end=y == year) for y in (year, year + 1))
    assert end is not None and start is not None and end + 1 == start


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert second_of(text, at_end=True) is None or text.isascii()


def record_graphs() -> list[Path]:
    """Golden outputs of the crosswalks, where there are any."""
    golden = ROOT / "tests" / "golden"
    return sorted(path for pattern in ("*/*/out.ttl", "*/*/out.nt") for path in golden.glob(pattern))


def differences(validator: Validator, data: bytes) -> set[tuple[str, ...]]:
    """Where the two engines disagree on a record's graph."""
    view = validator.view(data)
    fast, judged = (
        {(f.shape, str(f.severity), f.focus, f.path, f.value) for f in engine(view, validator.shapes)}
        for engine in (fast_report, pyshacl_report)
    )
    return fast ^ judged


@pytest.mark.parametrize("path", record_graphs() or [None], ids=lambda path: "/".join(path.parts[-3:-1]) if path else "none")
def test_both_engines_agree_on_golden_records(path: Path | None, validator: Validator) -> None:
    if path is None:
        pytest.skip("there are no golden records yet (tests/golden)")
    quads = pyoxigraph.parse(path=path, rename_blank_nodes=True)
    data = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
    assert not differences(validator, data)


def test_the_page_about_validation_lists_the_shapes_as_they_are(validator: Validator) -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert with_shapes_table(page, validator.shapes) == page, "write with_shapes_table(page, shapes) to docs/validation.md"
    assert all(f"`{name}`" in shapes_table(validator.shapes) for name in validator.shapes.texts)


def test_a_page_without_a_place_for_the_table_is_refused(validator: Validator) -> None:
    with pytest.raises(ShapeError, match="no place"):
        with_shapes_table("# Validation", validator.shapes)


def test_every_mandatory_property_of_dcat_ap_is_spoken_of(shared_data: Path) -> None:
    suite = shared_data / "suites" / "shapes" / "dcat-ap" / "3.0.1" / "shacl" / "dcat-ap-SHACL.ttl"
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?class ?path { ?shape sh:targetClass ?class ; sh:property [ sh:path ?path ; sh:minCount ?n ] FILTER(?n > 0) }"""
    store = pyoxigraph.Store()
    store.load(path=suite, format=pyoxigraph.RdfFormat.TURTLE)
    for solution in store.query(query):
        kind, path = (solution[name].value.replace("#", "/").rsplit("/", 1)[1] for name in ("class", "path"))
        assert any(f":{kind}`" in line and f":{path}`" in line for line in page.splitlines()), f"{kind} {path}"
