"""The ontology together with those that it stands on: read as OWL 2 axioms, proved with HermiT, explained in words."""
