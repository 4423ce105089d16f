"""The Compare page. Input: models and their test predictions. Output: its four views."""
