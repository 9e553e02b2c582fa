"""CONSENT: who takes notices, by STOP and START."""
