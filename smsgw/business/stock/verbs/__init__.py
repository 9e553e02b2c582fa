"""Stock: what texts ask of it."""
