"""The query parameters of the pages: what each may be, and what happens to those that do not fit.

Widgets read and write their parameters themselves (`bind="query-params"`); a parameter has the
key of its widget. This folder decides which parameters of a link reach the widgets.
"""
