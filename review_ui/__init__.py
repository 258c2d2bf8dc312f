"""The review queue: where people decide. Flask, server-rendered; no matching logic and no SQL."""
