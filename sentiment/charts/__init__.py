"""Chart builders and HTML reports.

Input: arrays, tables and traces. Output: Altair or Plotly figures, or HTML. They import neither
streamlit nor torch.
"""
