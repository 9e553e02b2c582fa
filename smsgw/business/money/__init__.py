"""MONEY: what is owed, in double entry."""
