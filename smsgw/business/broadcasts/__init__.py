"""BROADCASTS: what headquarters tells many, from the draft to what became of it; surveys."""
