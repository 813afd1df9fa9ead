"""Folding: disguise lifted, look-alikes made plain, and a map back to what was written."""
