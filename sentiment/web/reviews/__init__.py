"""The Reviews page: shows the reviews of a prepared corpus, and registers exclusions."""
