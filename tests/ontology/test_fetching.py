"""Ontologies come from their addresses; what is no ontology never replaces one."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import WorkingFolder
from tests.vocabulary.conftest import Reply, Service

GOOD = (
    b"@prefix owl: <http://www.w3.org/2002/07/owl#> . <http://example.org/good> a owl:Ontology . <http://example.org/good#C> a owl:Class ."
)


def test_what_is_fetched_is_there_and_what_is_wrong_replaces_nothing(folder: WorkingFolder, service: Service, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    (overlay / "ontology").mkdir(parents=True)
    tables = "".join(
        f'[{name}]\ntitle = "{name}"\niris = ["http://example.org/{name}"]\naddress = "{service.address}/{name}"\nrequired = {required}\n'
        for name, required in (("good", "true"), ("page", "false"), ("other", "false"), ("gone", "true"))
    )
    (overlay / "ontology" / "imports.toml").write_text(tables)
    service.replies |= {
        "/good": Reply(GOOD, "text/turtle"),
        "/page": Reply(b"<html>not here</html>", "text/html"),
        "/other": Reply(GOOD, "text/turtle"),
        "/gone": Reply(status=404),
    }
    ontologies = folder.settings.var / "ontologies"
    ontologies.mkdir()
    (ontologies / "page.ttl").write_text("# as it was")
    result = folder.run("ontology", "fetch", DATATERRA_CONFIG=overlay, DATATERRA_PRIVATE_ADDRESSES="true")
    said = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert result.returncode == 3, result.stderr
    assert said["good"] == str(ontologies / "good.ttl") and (ontologies / "good.ttl").read_bytes() == GOOD
    assert said["page"].startswith("not fetched") and "does not hold other" in said["other"] and said["gone"].startswith("not fetched")
    assert sorted(path.name for path in ontologies.iterdir()) == ["good.ttl", "page.ttl"]
    assert (ontologies / "page.ttl").read_text() == "# as it was"


def test_a_name_that_is_none_is_refused(folder: WorkingFolder) -> None:
    result = folder.run("ontology", "fetch", "dcta")
    assert result.returncode == 1 and "no such ontology: dcta" in result.stderr
