"""Link: verbatim terms of records become concepts, each link with a stored justification."""
