"""Material for learning: questions, excerpts of the code, the glossary, and files of lessons."""
