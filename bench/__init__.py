"""What the graph costs to build: records a second, memory, and the peers beside it. `python -m bench --help`; results in README.md."""
