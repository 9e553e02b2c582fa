"""Payments: what shops say they paid, until headquarters finds it among what came in."""
