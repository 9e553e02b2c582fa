"""PROGRAMS OVER HTTP: requests, callbacks, and Kannel's interface."""
