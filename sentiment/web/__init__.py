"""The Streamlit interface. Input: the package's functions and results. Output: the pages."""
