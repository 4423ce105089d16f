"""The Reviews page: search, read and filter the reviews of a corpus, and their quality."""
