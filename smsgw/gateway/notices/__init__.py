"""What goes out unasked: broadcasts, reminders and news, made ready and told in time."""
