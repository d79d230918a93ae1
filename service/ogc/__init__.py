"""OGC API Features: the layers as a live service for desktop GIS, under `/ogc`."""
