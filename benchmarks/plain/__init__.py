"""The plain ways to do the same, to measure against."""
