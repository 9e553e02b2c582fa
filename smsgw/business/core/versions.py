"""What daemons keep in memory, by name: its version is raised with every change."""

from __future__ import annotations

CATALOGUE = "catalogue"  # models, their names, aliases and TACs


DIRECTORY = "directory"  # regions and dealers


CONTACTS = "contacts"  # people and their phones


PRICES = "prices"
