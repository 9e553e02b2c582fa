"""Units: what texts ask of it."""
