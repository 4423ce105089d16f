"""The Memory page. Input: models. Output: gradients of one review, and the memory task."""
