"""Figures: named queries that cut across subjects."""

from __future__ import annotations

from smsgw.business.figures.reports import dealers, readings

REPORTS = readings.REPORTS
SHOWN = dealers.SHOWN
