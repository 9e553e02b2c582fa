"""People: what texts ask of it."""
