"""The pages that Streamlit shows: one short file a page."""
