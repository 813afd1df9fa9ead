"""The shared rule core: what is a violation. Pure and synchronous; it reads only its own data."""
