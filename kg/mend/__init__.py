"""Mend: a native with the repairs of which its graph is certain, in its own format; all else of it byte for byte as it was."""
