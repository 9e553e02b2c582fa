"""THE WIRE: SMPP 3.4 as values, from octets to sessions; no socket, no clock."""
