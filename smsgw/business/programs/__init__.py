"""PROGRAMS: clients of the API, their tokens, requests and callbacks."""
