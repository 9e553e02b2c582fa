"""Orders: what texts ask of it."""
