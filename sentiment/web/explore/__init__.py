"""The views of the Explore page, a file each."""
