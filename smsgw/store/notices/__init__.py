"""What is told unasked, in the database: who wants it, which reports are owed, reminders, news, tickets."""
