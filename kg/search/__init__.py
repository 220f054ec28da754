"""Search over a release: documents, index, queries, and the discovery graph (`docs/search.md`)."""
