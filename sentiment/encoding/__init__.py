"""From text to integers: cleaning, vocabulary, outliers, splits, padding, batches."""
