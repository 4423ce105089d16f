"""The Runs page. Input: runs and models on this machine. Output: curves and tables."""
