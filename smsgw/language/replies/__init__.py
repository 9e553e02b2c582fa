"""REPLIES: templates filled in the reader's language, and our own texts known again."""
