"""The map document and what it is made of."""
