"""Measures what should be fast, against the plain way in the same run."""
