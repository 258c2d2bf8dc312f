"""Cluster: scored pairs and what people have decided -> groups, without false chains."""
