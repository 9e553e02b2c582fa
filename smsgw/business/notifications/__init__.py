"""NOTIFICATIONS: what is told unasked, once, when it may be."""
