"""Makes the model that `rules/classifier` runs: for those who train it; nothing here is shipped."""
