"""MESSAGES: texts in and out, their parts and receipts."""
