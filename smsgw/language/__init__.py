"""TEXT AND MEANING: texts read as commands, replies written in the reader's language."""
