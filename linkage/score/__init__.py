"""Score: levels -> match weight, probability, band, guards, explanation. The weights are estimated without labels (EM)."""
