"""As little as a page of Streamlit can hold: what it takes before anything of ours begins."""

import streamlit as st

st.write("here")
