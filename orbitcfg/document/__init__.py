"""Source text and the tree in which every value knows where it comes from; YAML in and out."""
