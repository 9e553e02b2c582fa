"""What is true of receipts: what arrived of a delivery, and how it is taken as received."""
