"""SENTENCES: what people write around a report, read by what is said to have happened and how it is said."""
