"""Holding packs against their own examples, and advice to whoever writes them."""
