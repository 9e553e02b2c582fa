"""Price protection: claims by text, decisions, eligibility against a model of its own."""
