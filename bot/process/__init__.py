"""Due process: who is told and called, who may decide, and what a decision changes."""
