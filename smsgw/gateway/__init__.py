"""THE SHELL: links, texts in and out, and what runs by the clock, on Twisted."""
