"""Files of the ontology as graphs that can be stored."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from kg.vocabulary.graphs import read_graph


def test_a_definition_may_hold_what_only_python_takes_for_the_end_of_a_line(tmp_path: Path) -> None:
    file = tmp_path / "ice.ttl"
    file.write_text('<https://example.org/ice> <http://www.w3.org/2004/02/skos/core#definition> "Ice,\u2028frozen\u0085water." .', "utf-8")
    (quad,) = parse(read_graph(file), RdfFormat.N_TRIPLES)
    assert quad.object.value == "Ice,\u2028frozen\u0085water."


def test_blank_nodes_get_the_same_iris_whatever_they_were_called(tmp_path: Path) -> None:
    file, written = tmp_path / "ice.ttl", []
    for label in ("a", "b"):
        file.write_text(f"_:{label} <https://example.org/p> _:c . _:c <https://example.org/q> 1 .", "utf-8")
        written.append(read_graph(file))
    assert written[0] == written[1]
    assert b"_:" not in written[0]
