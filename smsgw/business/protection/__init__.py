"""PROTECTION: what a price cut takes from the sets that shops hold, claimed by IMEI, decided, and credited."""
