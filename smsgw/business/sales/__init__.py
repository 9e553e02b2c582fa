"""SALES: what was sold on which day, or that nothing was."""
