"""Programs: what it asks of the database and writes there."""
