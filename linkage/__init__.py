"""How: from an uploaded file to a proposal, and the identity of record. Knows no web page. Start with `pipeline.py`."""
