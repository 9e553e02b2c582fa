"""Tests of stock-takes."""
