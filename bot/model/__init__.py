"""The model that judges beside the rules: the shipped one, or a district's own."""
