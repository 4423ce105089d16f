"""Chart builders: data in, figure out. No streamlit, no torch, so they are tested without a browser."""
