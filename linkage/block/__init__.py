"""Block: columns -> candidate pairs. Two records meet when all keys of one rule of rules/matching.yaml agree."""
