"""Price protection: which sets a cut is made good for, the life of a claim, and what comes of each answer."""
