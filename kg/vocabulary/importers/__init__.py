"""From files to SKOS: one importer a file, chosen by what the files hold."""

from kg.vocabulary.importers.registry import files_below, read_bodies, read_paths, recognise

__all__ = ["files_below", "read_bodies", "read_paths", "recognise"]
