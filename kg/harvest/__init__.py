"""Harvest: from a source to native documents. Protocol and packaging only; what a record says is not read here."""
