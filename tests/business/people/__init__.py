"""Who may speak from which phone, tested."""
