"""What a corpus is like: token ids in, statistics and quality checks out."""
