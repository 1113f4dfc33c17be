"""How much of a repository a static command takes on. What is more is refused in words, before it costs time or memory; `SECURITY.md` states these numbers."""

MAX_FILE_BYTES = 2 * 1024 * 1024
"""Of one file. ORBIT's own configuration is 0.4 MiB in all."""

MAX_NAMED_BYTES = 8 * 1024 * 1024
"""Of all files that adapters name, as far as they are looked at."""

MAX_FILES = 2_000
"""Of one configuration."""

MAX_IMPORTS = 20_000
"""Entries under `import`, each as often as the file that holds it is imported."""

MAX_NODES = 1_000_000
"""Values of one configuration, each as often as aliases and imports repeat it: ORBIT writes them all out."""

MAX_CHARACTERS = 16 * 1024 * 1024
"""Characters of all files of one configuration, of its texts, each as often as aliases and imports repeat it, and of what placeholders come to."""

PLAIN_CHARACTERS = 1024 * 1024
"""Characters of all files of one configuration, behind which texts are packed. ORBIT's own has 0.36 million."""

MAX_DEPTH = 150
"""Levels of nesting, after imports and aliases. ORBIT's own reader gives up between 150 and 330, with what it is given."""

MAX_CHAIN = 100
"""Files of which each imports the next. ORBIT gives up at Python's recursion limit, after five times as many."""

MAX_FINDINGS = 50_000
"""Findings of one run. More would fill a screen a thousand times over."""

MAX_SCHEMA_STEPS, SCHEMA_STEPS_A_VALUE, MOST_SCHEMA_STEPS = 1_000_000, 50, 8_000_000
"""What schemas of the user's may ask of a configuration: keywords, each by what it looks at. So many, and more for each value, but never more than the last.

ORBIT's own configuration of 10,000 values takes 80,000.
"""

MAX_FOLDER_NAMES = 5_000
"""Names in the configuration's folder that are looked at in search of files that nothing imports."""
