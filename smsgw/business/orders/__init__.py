"""ORDERS: from the draft to what is shipped, with credit and approval."""
