"""PEOPLE: who may speak for whom, from which phone."""
