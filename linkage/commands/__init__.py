"""The command line, one module a command. Data go to stdout, progress and messages to stderr."""
