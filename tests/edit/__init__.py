"""Fixes: what they change, what they keep, and how they are written."""
