"""UNITS: every set by its IMEI, its state and its trail."""
