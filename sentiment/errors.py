"""Errors that a user can act on.

Each message names the value that was found, what was expected, and what to do. The command line
and the pages show the message without a traceback.
"""


class SentimentError(Exception):
    """Base of all errors of this package."""


class CorpusError(SentimentError):
    """A source of reviews is missing, damaged, or has the wrong format."""


class DownloadError(CorpusError):
    """The archive could not be downloaded, or its checksum is wrong."""


class ConfigError(SentimentError, ValueError):
    """A setting has a value that is not allowed."""


class ReviewError(SentimentError):
    """A text has no words, or is too long."""


class ModelError(SentimentError):
    """A model folder is missing, incomplete or damaged."""


class RunError(SentimentError):
    """A training run cannot be started, found or read."""


class LessonError(SentimentError):
    """A lesson cannot be read, or its question has no answer."""


class StorageError(SentimentError):
    """A file could not be written, for example because the disk is full."""


class WorkspaceError(StorageError, PermissionError):
    """A visitor of the hosted mode tried to use something outside of the workspace.

    Also a PermissionError, which libraries handle.
    """


class QuotaError(StorageError, RunError):
    """A visitor of the hosted mode has no space, processor time or job left."""
