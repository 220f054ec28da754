"""The state: what is kept beside the store, by one writer, on disk when acknowledged."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.model import Iri, Mapping, MappingStatus, Native, Outcome, Problem, Record, Severity, Source, Term, TermKind
from kg.namespaces import dataset_iri, record_iri
from kg.state import Natives, RecordEntry, RecordStatus, State, TermCount

ROOT = Path(__file__).parent.parent
DOI = Iri(dataset_iri("seanoe", "42182", "10.17882/42182"))
SALINITY = Term(TermKind.VARIABLE, "Salinité", "fr", unit="PSU")
ETALAB = Term(TermKind.LICENCE, "Licence Ouverte v2 (Etalab)", "fr")
HUB = Iri("https://w3id.org/dataterra/variable/sea-water-salinity")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "var" / "state.sqlite") as opened:
        yield opened


def entry(
    identifier: str | None = "1", status: RecordStatus = RecordStatus.PUBLISHED, body: bytes = b"<a/>", **other: object
) -> RecordEntry:
    sha256 = hashlib.sha256(body).hexdigest()
    given = RecordEntry(
        source="seanoe",
        identifier=identifier,
        native_identifier=f"{identifier}.xml",
        native_sha256=sha256,
        media_type="application/xml",
        location=f"seanoe/{identifier}.xml",
        fingerprint="iso-19139/1:" + sha256,
        status=status,
        iri=Iri(record_iri("seanoe", identifier)) if identifier else None,
        dataset=DOI if identifier else None,
        format="iso-19139",
    )
    return replace(given, **other)  # type: ignore[arg-type]


def problem(code: str = "title-missing", identifier: str = "1") -> Problem:
    return Problem(code, Severity.VIOLATION, "seanoe", identifier, f"seanoe/{identifier}.xml", "dct:title", (("place", "é"),))


def mapping(subject: Iri = SALINITY.iri, author: str = "tool:linker/1", **other: object) -> Mapping:
    return replace(Mapping(subject, "skos:exactMatch", HUB, 0.9, "semapv:LexicalMatching", author), **other)  # type: ignore[arg-type]


def test_a_record_is_found_again_by_everything_it_is_known_by(state: State) -> None:
    state.save_records([entry()])
    row = state.record(Iri(record_iri("seanoe", "1")))
    assert row is not None
    assert row.status is RecordStatus.PUBLISHED
    assert row.pending
    assert [row] == state.find_records("seanoe", ["1", "2"])
    assert [row] == state.find_natives("seanoe", ["1.xml"])
    assert [row] == state.records_of_dataset(DOI)
    assert [row] == list(state.records("seanoe")) == list(state.records(pending=True))
    assert state.find_records("sextant", ["1"]) == []


def test_an_entry_is_made_of_what_mapping_gave(state: State) -> None:
    native = Native("seanoe", "42182.xml", "application/xml", b"<a/>", "seanoe/42182.xml", "2026-01-01")
    record = Record(Iri(record_iri("seanoe", "42182")), "seanoe", "42182", DOI, native.sha256, "iso-19139", "f", b"", (SALINITY, SALINITY))
    state.save_records([RecordEntry.from_outcome(native, Outcome(record, (problem(),)), RecordStatus.PUBLISHED, "f", "iso-19139")])
    (row,) = state.records()
    assert (row.identifier, row.dataset, row.datestamp) == ("42182", DOI, "2026-01-01")
    assert [(use.term, use.uses) for use in state.terms_of(record.iri)] == [(SALINITY, 2)]


def test_the_same_entry_again_is_no_change(state: State) -> None:
    assert state.save_records([entry(), entry("2")]) == 2
    state.clear_pending([Iri(record_iri("seanoe", "1"))])
    before, change = list(state.records()), state.last_change()
    assert state.save_records([entry(), entry("2")]) == 0
    assert list(state.records()) == before
    assert state.last_change() == change
    assert [row.identifier for row in state.records(pending=True)] == ["2"]


def test_a_change_has_a_number_and_is_found_by_it(state: State) -> None:
    state.save_records([entry(), entry("2")])
    change = state.last_change()
    state.save_records([entry(body=b"<b/>"), entry("2")])
    assert [row.identifier for row in state.changed_records(change)] == ["1"]


def test_a_record_whose_graphs_must_be_written_again_counts_as_changed(state: State) -> None:
    state.save_records([entry(), entry("2")])
    state.clear_pending([row.iri for row in state.records() if row.iri])
    change = state.last_change()
    state.mark_pending([Iri(record_iri("seanoe", "2"))])
    assert [row.identifier for row in state.records(pending=True)] == ["2"]
    assert [row.identifier for row in state.changed_records(change)] == ["2"]


def test_a_good_record_that_now_fails_keeps_its_last_good_state_and_is_flagged(state: State) -> None:
    state.save_records([entry(terms=(SALINITY,))])
    state.clear_pending([Iri(record_iri("seanoe", "1"))])
    good = state.find_records("seanoe", ["1"])[0]
    state.save_records([entry(status=RecordStatus.QUARANTINED, body=b"<bad/>", dataset=None, problems=(problem(),))])
    (row,) = state.records()
    assert row.outdated
    assert row.published
    assert (row.good_fingerprint, row.good_native_sha256) == (good.fingerprint, good.native_sha256)
    assert row.dataset == DOI
    assert not row.pending
    assert row.fingerprint != good.fingerprint
    assert [use.term for use in state.terms_of(good.iri or Iri(""))] == [SALINITY]
    assert set(state.natives_in_use()) == {good.native_sha256, row.native_sha256}
    (count,) = state.status_counts()
    assert (count.status, count.records, count.outdated) == (RecordStatus.QUARANTINED, 1, 1)


def test_a_record_that_fails_before_its_good_state_is_in_the_store_stays_pending(state: State) -> None:
    state.save_records([entry()])
    state.save_records([entry(status=RecordStatus.FAILED, body=b"<bad/>")])
    (row,) = state.records(pending=True)
    assert row.good_native_sha256 == entry().native_sha256


def test_a_native_that_can_no_longer_be_read_is_the_record_that_came_from_it_before(state: State) -> None:
    state.save_records([entry()])
    state.save_records([entry(None, RecordStatus.FAILED, b"<broken", native_identifier="1.xml")])
    (row,) = state.records()
    assert (row.identifier, row.status, row.outdated) == ("1", RecordStatus.FAILED, True)


def test_a_native_without_identifier_leaves_the_record_alone_that_is_called_like_it(state: State) -> None:
    """A protocol may hand out a record once more in a format that nobody knows, under the identifier of the record itself."""
    state.save_records([entry("1", native_identifier="elsewhere.xml")])
    for _ in range(2):
        state.save_records([entry(None, RecordStatus.FAILED, native_identifier="1", location="oai.xml#1", problems=(problem(),))])
        good, failed = state.records("seanoe")
        assert (good.identifier, good.status, good.native_identifier) == ("1", RecordStatus.PUBLISHED, "elsewhere.xml")
        assert (failed.identifier, failed.status, failed.native_identifier) == ("oai.xml#1", RecordStatus.FAILED, "1")


def test_a_native_that_failed_is_forgotten_once_it_is_mended(state: State) -> None:
    state.save_records([entry(None, RecordStatus.FAILED, native_identifier="1.xml", problems=(problem(),))])
    assert [row.identifier for row in state.records()] == ["1.xml"]
    state.save_records([entry()])
    assert [row.identifier for row in state.records()] == ["1"]
    assert list(state.problems()) == []


def test_problems_are_replaced_with_their_record(state: State) -> None:
    state.save_records([entry(status=RecordStatus.QUARANTINED, problems=(problem("a"), problem("b")))])
    assert state.problems_of("seanoe", "1") == [problem("a"), problem("b")]
    state.save_records([entry(body=b"<b/>", problems=(problem("c"),))])
    assert list(state.problems("seanoe")) == [problem("c")]
    assert list(state.problems("sextant")) == []


def test_a_withdrawn_record_is_a_tombstone_whose_graph_has_to_go(state: State) -> None:
    state.save_records([entry(terms=(SALINITY,)), entry("2")])
    state.clear_pending([row.iri for row in state.records() if row.iri])
    assert state.withdraw_records("seanoe", ["1"]) == 1
    assert state.withdraw_records("seanoe", ["1"]) == 0
    (row,) = state.records(status=RecordStatus.WITHDRAWN)
    assert row.pending
    assert not row.published
    assert row.iri == record_iri("seanoe", "1")
    assert state.records_using([SALINITY.iri]) == []
    assert state.save_records([entry()]) == 1
    assert state.find_records("seanoe", ["1"])[0].published


def test_a_batch_that_breaks_off_leaves_nothing(state: State) -> None:
    def entries() -> Iterator[RecordEntry]:
        yield entry()
        raise RuntimeError("the next file is unreadable")

    with pytest.raises(RuntimeError):
        state.save_records(entries())
    assert list(state.records()) == []
    assert state.last_change() == 0


def test_identifiers_are_only_ever_values(state: State) -> None:
    hostile = "'; DROP TABLE records; --"
    state.save_records([entry(hostile)])
    assert [row.identifier for row in state.find_records("seanoe", [hostile])] == [hostile]


def test_all_records_are_gone_through_in_pages_while_they_are_written(state: State) -> None:
    state.save_records(entry(str(n)) for n in range(2500))
    seen = 0
    for row in state.records(pending=True):
        state.clear_pending([row.iri or Iri("")]) if seen % 500 == 0 else None
        seen += 1
    assert seen == 2500


def test_sources_are_kept(state: State) -> None:
    source = Source("seanoe", "odatis", "ifremer", (("en", "SEANOE"), ("fr", "SEANOE")), "https://www.seanoe.org/", None, 80)
    state.save_source(replace(source, trust=1))
    state.save_source(source)
    change = state.last_change()
    state.save_source(source)
    assert state.sources() == [source]
    assert state.last_change() == change


def test_terms_are_counted_with_the_records_that_use_them(state: State) -> None:
    state.save_records([entry(str(n), terms=(ETALAB, SALINITY) if n else (ETALAB, ETALAB)) for n in range(3)])
    assert [(use.term, use.records, use.uses) for use in state.unmapped_terms()] == [(ETALAB, 3, 4), (SALINITY, 2, 2)]
    state.append_mappings([mapping()])
    assert [use.term for use in state.unmapped_terms()] == [ETALAB]
    assert state.term_counts() == [TermCount(TermKind.LICENCE, 1, 0, 3, 0), TermCount(TermKind.VARIABLE, 1, 1, 2, 2)]
    assert state.term_counts("sextant") == []
    assert state.records_using([SALINITY.iri]) == [record_iri("seanoe", "1"), record_iri("seanoe", "2")]
    assert state.find_terms([SALINITY.iri]) == {SALINITY.iri: SALINITY}
    assert set(state.terms()) == {SALINITY, ETALAB}


def test_a_scoped_mapping_covers_the_uses_in_its_scope_only(state: State) -> None:
    state.save_records([entry("1", terms=(SALINITY,)), entry("2", terms=(SALINITY,))])
    state.append_mappings([mapping(scope=record_iri("seanoe", "1"))])
    assert [(use.term, use.records) for use in state.unmapped_terms(TermKind.VARIABLE)] == [(SALINITY, 1)]
    state.append_mappings([mapping(scope="seanoe")])
    assert state.unmapped_terms() == []


def test_rejected_proposed_and_no_concept_are_not_mapped(state: State) -> None:
    state.save_records([entry(terms=(SALINITY,))])
    for unmapped in (
        mapping(status=MappingStatus.PROPOSED),
        mapping(status=MappingStatus.REJECTED),
        mapping(object=Iri("https://w3id.org/sssom/NoTermFound")),
    ):
        state.append_mappings([unmapped])
        assert [use.term for use in state.unmapped_terms()] == [SALINITY]


def test_the_ledger_takes_only_what_differs_and_forgets_nothing(state: State) -> None:
    assert state.append_mappings([mapping(), mapping(ETALAB.iri)]) == 2
    change = state.last_change()
    assert state.append_mappings([mapping(author="tool:linker/2"), mapping(ETALAB.iri)]) == 0
    assert state.last_change() == change
    assert state.append_mappings([mapping(predicate="skos:broadMatch")]) == 1
    assert [entry.predicate for entry in state.mapping_history(SALINITY.iri)] == ["skos:exactMatch", "skos:broadMatch"]
    assert [entry.predicate for entry in state.current_mappings([SALINITY.iri])] == ["skos:broadMatch"]
    assert [entry.subject for entry in state.current_mappings()] == [ETALAB.iri, SALINITY.iri]
    assert all(entry.time for entry in state.current_mappings())


def test_a_tool_never_overrides_a_person(state: State) -> None:
    person = mapping(author="person:https://orcid.org/0000-0002-1825-0097", status=MappingStatus.REJECTED)
    assert state.append_mappings([mapping()]) == 1
    assert state.append_mappings([person]) == 1
    assert state.append_mappings([mapping(), mapping(predicate="skos:closeMatch")]) == 0
    assert [entry.status for entry in state.current_mappings()] == [MappingStatus.REJECTED]
    assert state.append_mappings([replace(person, status=MappingStatus.ACCEPTED)]) == 1


def test_the_ledger_cannot_be_rewritten(state: State) -> None:
    state.append_mappings([mapping()])
    for sql in ("UPDATE mappings SET status = 'rejected'", "DELETE FROM mappings"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            state._execute(sql)


def test_a_run_that_never_ended_was_interrupted(state: State) -> None:
    first = state.start_run("ingest")
    second = state.start_run("ingest")
    state.end_run(second, {"read": 3, "published": 2})
    assert [(run.id, run.interrupted, dict(run.counts)) for run in state.runs()] == [
        (second, False, {"read": 3, "published": 2}),
        (first, True, {}),
    ]


def test_releases_and_vocabularies_are_kept(state: State) -> None:
    state.save_release(1, "2026-01-01T00:00:00Z", 7)
    assert [(row.number, row.change) for row in state.releases()] == [(1, 7)]
    scheme = Iri("https://w3id.org/dataterra/scheme/variable")
    assert state.save_vocabulary(scheme, "00", "1.0")
    assert not state.save_vocabulary(scheme, "00", "1.0")
    assert state.save_vocabulary(scheme, "01", "1.1")
    assert [(row.scheme, row.version) for row in state.vocabularies()] == [(scheme, "1.1")]
    state.forget_vocabulary(scheme)
    assert state.vocabularies() == []


def test_a_second_writer_is_told_who_writes_and_readers_are_not_kept_out(state: State) -> None:
    code = "import sys; from pathlib import Path; from kg.state import State; State(Path(sys.argv[1]))"
    ran = subprocess.run([sys.executable, "-c", code, str(state.path)], capture_output=True, text=True, cwd=ROOT)
    assert f"process {os.getpid()}" in ran.stderr
    with pytest.raises(StoreError, match=str(os.getpid())):
        State(state.path)
    state.save_records([entry()])
    with State(state.path, writing=False) as reader:
        assert len(list(reader.records())) == 1
        with pytest.raises(StoreError, match="readonly"):
            reader.save_records([entry("2")])


def test_the_lock_is_free_when_the_writer_is_killed_even_if_its_workers_live_on(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path; from kg.state import State; state = State(Path(sys.argv[1])); worker = os.fork()\n"
        "if worker: print(worker, flush=True)\n"
        "time.sleep(60)"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "state.sqlite")], stdout=subprocess.PIPE, cwd=ROOT)
    assert writer.stdout is not None
    worker = int(writer.stdout.readline())
    try:
        with pytest.raises(StoreError):
            State(tmp_path / "state.sqlite")
        time.sleep(0.2)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        State(tmp_path / "state.sqlite").close()
    finally:
        os.kill(worker, signal.SIGKILL)
        writer.stdout.close()


def test_a_state_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with State(path) as state:
        state.save_records([entry()])
    with sqlite3.connect(path) as connection:  # as version 1 made it
        connection.executescript(
            "DROP TABLE taken_down; CREATE INDEX records_fingerprint ON records (source, fingerprint); PRAGMA user_version = 1;"
        )
    with State(path) as state:
        assert state.takedowns() == []
        assert state.take_down([Iri(record_iri("seanoe", "1"))], "asked for") == 1
        assert [each.reason for each in state.takedowns()] == ["asked for"]


def test_a_state_of_newer_software_is_refused(tmp_path: Path) -> None:
    State(tmp_path / "state.sqlite").close()
    with sqlite3.connect(tmp_path / "state.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreError, match="version 99"):
        State(tmp_path / "state.sqlite")
    with pytest.raises(StoreError, match="cannot be opened"):
        State(tmp_path / "none.sqlite", writing=False)


NATIVES = """
import sys
from pathlib import Path
from kg.state import Natives
natives = Natives(Path(sys.argv[1]))
for n in range(100000):
    for sha256 in natives.put_all([b"<record>%d-%d</record>" % (n, k) for k in range(20)]):
        print(sha256)
    sys.stdout.flush()
"""


def test_natives_that_were_acknowledged_survive_a_kill(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", NATIVES, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(500)]
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with Natives(tmp_path) as natives:
        assert len(natives) >= 500
        assert all(hashlib.sha256(natives.get(sha256)).hexdigest() == sha256 for sha256 in acknowledged)


def test_a_native_is_kept_once_and_found_by_its_hash(tmp_path: Path) -> None:
    bodies = [b"<a/>", b"", b"<a/>", os.urandom(300_000)]
    with Natives(tmp_path) as natives:
        hashes = natives.put_all(bodies)
        assert hashes == [hashlib.sha256(body).hexdigest() for body in bodies]
        assert len(natives) == 3
        assert [natives.get(sha256) for sha256 in hashes] == bodies
    with Natives(tmp_path, writing=False) as reader:
        assert reader.get(hashes[0]) == b"<a/>"


def test_what_was_forgotten_is_gone_from_the_disk(tmp_path: Path) -> None:
    secret = b"name of a person " + os.urandom(20_000)  # random, so that it is stored as it is
    with Natives(tmp_path) as natives:
        sha256, kept = natives.put_all([secret, b"<b/>"])
        assert any(secret[5000:5100] in path.read_bytes() for path in tmp_path.iterdir())
        assert list(natives.unused([kept])) == [sha256]
        natives.forget([sha256])
        assert sha256 not in natives
        assert kept in natives
        assert not any(secret[5000:5100] in path.read_bytes() for path in tmp_path.iterdir())
        with pytest.raises(StoreError, match="not kept"):
            natives.get(sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "' OR 1=1"])
def test_only_a_hash_is_looked_up(tmp_path: Path, name: str) -> None:
    with Natives(tmp_path) as natives, pytest.raises(StoreError, match="SHA-256"):
        natives.get(name)


def test_a_damaged_native_is_not_given_out(tmp_path: Path) -> None:
    with Natives(tmp_path) as natives:
        sha256 = natives.put(b"<a/>")
        natives._connection.execute("UPDATE natives SET body = x'00'")
        with pytest.raises(StoreError, match="damaged"):
            natives.get(sha256)
