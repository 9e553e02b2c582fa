"""Sales: what texts ask of it."""
