"""Units: its kinds of file."""

from __future__ import annotations

from smsgw.business.units.imports.activations import ACTIVATIONS
from smsgw.business.units.imports.depot_units import DEPOT_UNITS

KINDS = {"depot-units": DEPOT_UNITS, "activations": ACTIVATIONS}
