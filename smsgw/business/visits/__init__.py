"""VISITS: who of the field was at which shop, and what there is to see to."""
