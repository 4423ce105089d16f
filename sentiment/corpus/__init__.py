"""Where reviews come from: the IMDB archive, tables, text files, and a corpus of our own."""
