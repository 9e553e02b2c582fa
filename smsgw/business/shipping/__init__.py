"""SHIPPING: sets on their way to a shop."""
