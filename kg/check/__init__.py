"""Check: what our graph would make of a record, and what its data manager can do about it. Nothing is stored."""
