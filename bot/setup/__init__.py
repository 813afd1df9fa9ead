"""Setting a district up and looking over what was set up: what `init` and `doctor` share."""
