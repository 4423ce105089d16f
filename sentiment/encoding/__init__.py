"""From reviews to token ids.

Input: the texts and labels of a corpus. Output: a vocabulary, token ids, drop reasons and splits;
padded rows and batches for a network.
"""
