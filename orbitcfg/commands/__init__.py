"""One room a command: its function, its result and its renderers."""
