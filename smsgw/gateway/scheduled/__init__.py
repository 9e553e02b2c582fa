"""What runs by the clock: broadcasts released and dispatched, reminders, digests and notices worded and queued."""
