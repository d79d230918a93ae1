"""HTTP beside Streamlit: versioned layer data, the map document, health."""
