"""ORB2xx: variables, placeholders, `.env`, and the values that ORBIT's loader insists on."""

TOPICS = ("variables", "placeholders", "required", "env_files", "env_values")
