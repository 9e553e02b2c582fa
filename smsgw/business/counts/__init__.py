"""COUNT: stock-takes, by number or set by set, what is decided of them, and rounds of them."""
