"""The comparisons, compiled: no Python object a pair. Start reading at `sides.py` (what is compared), then `fields.py`.

Every kernel takes plain arrays and returns a number of `levels.py`. They say what the comparators in `linkage.compare` say
(tests compare the two over all the damage the generator knows).
"""
