"""Formats of tables: container (.gz, .zip) → encoding → format, by content → rows.

`registry.FORMATS` declares each format once; the file suffix only advises.
"""
