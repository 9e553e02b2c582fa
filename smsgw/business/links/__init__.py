"""LINKS: how each link to an SMSC stands, and the commands by which people control it."""
