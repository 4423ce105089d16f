"""Everything that can go wrong in a way a person can act on.

Each message names the value that was wrong, what was expected, and what to do next.
The command line and the pages show the message alone; a traceback is for our own bugs.
"""


class SentimentError(Exception):
    """Base of every error the package raises on purpose."""


class CorpusError(SentimentError):
    """A source of reviews cannot be read as one: missing, damaged, or not what it claims to be."""


class DownloadError(CorpusError):
    """The archive could not be fetched or did not match its checksum."""


class ConfigError(SentimentError, ValueError):
    """A setting has a value outside what it allows."""


class ReviewError(SentimentError):
    """A typed text has no words that could be read."""


class ModelError(SentimentError):
    """A model folder lacks a file, or a file in it is damaged."""


class RunError(SentimentError):
    """A training run cannot be started, found or read."""


class StorageError(SentimentError):
    """A file could not be written, for instance because the disk is full."""
