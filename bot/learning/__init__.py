"""Learning from moderators: what their decisions say of rules and model, and weights that fit."""
