"""One link to an operator: connected, bound, kept up, watched and controlled."""
