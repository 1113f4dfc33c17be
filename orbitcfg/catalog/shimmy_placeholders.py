"""Names that Shimmy lists although it never looked for a file of that name."""

SHIMMY_1 = "phi3-lora"
"""In the list of every 1.x."""

SHIMMY_2 = "tinyllama-1.1b"
"""In the list of 2.x where SHIMMY_BASE_GGUF is set."""

PHANTOMS = frozenset({SHIMMY_1, SHIMMY_2})
