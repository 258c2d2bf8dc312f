"""The comparisons, compiled: no Python object a pair. Start reading at `sides.py` (what is compared), then `fields.py`.

Every kernel takes plain numbers and returns one of `levels.py`. tests/oracle says the same in plain Python, one pair at a time;
a test holds the two against each other over all the damage that the generator of invented families knows.
"""
