"""Work that runs without a person at the screen: storing an upload, scanning for duplicates."""
