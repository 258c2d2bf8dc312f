"""Engine: where block-compare-score runs. `local` is one machine."""
