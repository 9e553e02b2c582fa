"""The grammar: fragments, words, and what is made of them: parser, card, test texts."""
