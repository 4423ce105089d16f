"""The command line, one file per command.

Input: the arguments of a shell. Output: text or JSON on standard output, progress on standard
error. Each module has `add_arguments(parser)` and `run(arguments)`.
"""
