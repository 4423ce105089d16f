"""The Home page. Input: models. Output: a predicted review, and links to all pages."""
