"""Lessons on the pages: the list, the bar of a running lesson, and presenter mode."""
