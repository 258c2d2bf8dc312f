"""Compare: candidate pairs -> comparison levels, each a small integer with a plain sentence in rules/matching.yaml."""
