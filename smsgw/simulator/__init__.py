"""AN OPERATOR TO TRY WITH: a scriptable SMSC, phones and load."""
