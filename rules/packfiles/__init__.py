"""What stands in pack files, read strictly, every fault with its line."""
