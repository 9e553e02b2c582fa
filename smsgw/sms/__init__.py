"""WHAT AN SMS HOLDS: alphabets, septets, UCS-2, headers, length; for the wire and for wording."""
