"""What counts as the same child, who may decide, by when: YAML files and their typed loaders. Imports nothing of ours."""
