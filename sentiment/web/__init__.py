"""The Streamlit part of the package: the pages' sections and what they share."""
