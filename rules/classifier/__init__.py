"""The model: what it reads of a message, what it gives, and how that is weighed with the rules."""
