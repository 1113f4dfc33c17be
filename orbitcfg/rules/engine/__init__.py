"""ORB8xx: model files and the embedded engine."""

from orbitcfg.rules.engine import generation, model_files, on_disk

RULES = (*model_files.RULES, *on_disk.RULES, *generation.RULES)
