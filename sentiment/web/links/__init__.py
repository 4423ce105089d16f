"""The query parameters of the pages: the values that each accepts, and the check of a link.

Widgets read and write their parameters themselves (`bind="query-params"`); a parameter has the
key of its widget. This folder decides which parameters of a link reach the widgets.
"""
