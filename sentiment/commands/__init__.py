"""The command line, one file a command: `add_arguments(parser)` and `run(arguments)`."""
