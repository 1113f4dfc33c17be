"""The hooks, run by the real pre-commit, and against hostile repositories."""
