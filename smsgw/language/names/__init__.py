"""NAMES: what texts call things: models, dealers and regions of the catalogue, IMEIs, phone numbers."""
