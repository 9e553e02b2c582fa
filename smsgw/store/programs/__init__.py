"""Programs in the database: their tokens, what they asked, and what they are told."""
