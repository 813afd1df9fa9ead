"""The application: what happens after a verdict."""
