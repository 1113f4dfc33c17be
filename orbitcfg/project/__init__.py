"""A compiled configuration: all that a rule may see, and the compiler that makes one."""
