"""RECEIPTS: what arrived at a shop of what was sent to it, and what was short, too much or wrong."""
