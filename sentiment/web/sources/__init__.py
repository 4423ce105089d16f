"""The Sources page. Input: tables of reviews. Output: registered corpora, and their list."""
