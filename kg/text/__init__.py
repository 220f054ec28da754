"""Text as it is meant: without mark-up and broken characters, and in which language it is."""
