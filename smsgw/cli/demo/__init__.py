"""The demo: an operator, a network of dealers and a day of texts on this machine."""
