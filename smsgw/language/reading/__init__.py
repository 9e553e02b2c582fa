"""READING: from the text as typed to commands."""
