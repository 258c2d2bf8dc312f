"""The command line, one module a command. Data go to stdout, progress and messages to stderr."""

import gc

# What a command loads when it starts, hundreds of thousands of objects, it keeps. To look for dead ones among them at every 700
# new ones, as Python does, would be a quarter of a small run.
gc.set_threshold(50_000)
