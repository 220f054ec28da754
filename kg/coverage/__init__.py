"""Coverage: which content of a native no rule of its crosswalk reads."""
