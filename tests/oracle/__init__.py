"""The comparisons in plain Python, one pair at a time: slow, readable, and what the compiled kernels are held against."""
