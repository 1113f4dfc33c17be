"""How a resource is looked at: one module for each protocol, imported when a resource of it is in the plan."""
