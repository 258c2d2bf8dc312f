"""One blueprint an area. A view asks `linkage.identity`, hands the answer to `present` and renders; nothing else."""
