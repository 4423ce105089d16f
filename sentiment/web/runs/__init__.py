"""The Runs page. Input: runs and models of this machine. Output: curves and tables."""
