"""Directory: its kinds of file."""
