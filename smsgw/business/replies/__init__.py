"""What each reply may say: the fields of its template, and how long they may get."""
