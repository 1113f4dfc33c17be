"""ORB2xx: variables, placeholders, `.env`, and the values that ORBIT's loader insists on."""

from orbitcfg.rules.environment import env_files, env_values, placeholders, required, variables

RULES = (*variables.RULES, *placeholders.RULES, *required.RULES, *env_files.RULES, *env_values.RULES)
