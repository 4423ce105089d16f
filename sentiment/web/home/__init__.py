"""The Home page. Input: models. Output: a review that is already read, and links to all pages."""
