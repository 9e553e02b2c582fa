"""SAMPLES: what is made from the grammar: sample texts, the corpus of test texts, the pocket card."""
