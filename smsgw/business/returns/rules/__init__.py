"""Returns: their reasons, their life, and what each answer makes of the sets in them."""
