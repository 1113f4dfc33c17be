"""Every format, over one list of findings."""
