"""What ORBIT does with a tree: who uses which provider, model, address, key and parameters, and why."""
