"""EXPECTATIONS: reports that are owed, reminders, and who is late."""
