"""Tests of payments that shops tell of."""
