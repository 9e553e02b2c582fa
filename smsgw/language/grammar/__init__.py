"""GRAMMAR: fragments and words, and the parser that is made of them."""
