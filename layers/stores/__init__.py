"""Where layers are kept: one interface, a folder of GeoJSON files."""
