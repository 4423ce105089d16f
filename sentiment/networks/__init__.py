"""Networks: from token ids and lengths to logits; one encoder per file."""
