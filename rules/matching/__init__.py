"""Patterns and the words that they need, looked for in a text within a budget."""
