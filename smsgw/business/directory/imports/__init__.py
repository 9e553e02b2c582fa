"""Directory: its kinds of file."""

from __future__ import annotations

from smsgw.business.directory.imports.contacts import CONTACTS
from smsgw.business.directory.imports.dealers import DEALERS
from smsgw.business.directory.imports.depots import DEPOTS
from smsgw.business.directory.imports.regions import REGIONS

KINDS = {"regions": REGIONS, "dealers": DEALERS, "depots": DEPOTS, "contacts": CONTACTS}
