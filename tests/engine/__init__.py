"""Model files and the embedded engine."""
