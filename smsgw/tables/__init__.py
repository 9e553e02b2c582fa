"""TABLES FROM FILES: CSV and XLSX as people make them, read cell by cell, every fault told."""
