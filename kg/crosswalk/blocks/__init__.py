"""The actions of the crosswalk language, one a file. Each takes the slots of its name and writes the pattern of `docs/graph.md`."""
