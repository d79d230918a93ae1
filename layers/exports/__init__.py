"""Layers as files for other programs: one row a format."""
