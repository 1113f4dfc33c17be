"""The language server: the protocol over what the commands know."""
