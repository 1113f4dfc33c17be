"""Fixes put into the text of files: only what a fix says is changed, every other byte stays."""
