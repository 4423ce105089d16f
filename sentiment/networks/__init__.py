"""The networks: one encoder a file, and everything they share."""
