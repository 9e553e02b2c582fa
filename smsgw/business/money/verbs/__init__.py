"""Money: what texts ask of it."""
