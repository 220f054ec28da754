"""The actions of the crosswalk language, one a file. Each takes the slots that its name suggests and writes the pattern of `docs/graph.md`."""
