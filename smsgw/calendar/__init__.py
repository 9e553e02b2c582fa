"""THE CALENDAR: business days, hours of sending and of work, deadlines, what comes again."""
