"""Files of intent adapters."""
