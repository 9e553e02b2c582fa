"""Programs: what people and programs may do."""
