"""Fidelity: what stands in a native, counted by walkers that know the standard and not the crosswalk, and how much of it arrived."""
