"""RETURNS: sets that customers bring back and sets that shops send back, why, and what comes of each."""
