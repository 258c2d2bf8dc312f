"""Propose: groups and who is who today -> things that people must decide. Deterministic."""
