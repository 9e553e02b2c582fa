"""THE BUSINESS: one folder a subject, all alike; a subject imports only from those before it."""

from __future__ import annotations

SUBJECTS = (
    "directory",
    "catalogue",
    "messages",
    "links",
    "consent",
    "conversation",
    "people",
    "units",
    "stock",
    "sales",
    "transfers",
    "prices",
    "market",
    "money",
    "depots",
    "orders",
    "shipping",
    "returns",
    "protection",
    "audiences",
    "counts",
    "notifications",
    "expectations",
    "broadcasts",
    "tickets",
    "receipts",
    "programs",
    "figures",
)
