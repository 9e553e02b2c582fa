"""TICKETS: what shops have to say, who answers it by when."""
