"""CONVERSATION: references, questions with YES and NO, LAST, UNDO, HELP."""
