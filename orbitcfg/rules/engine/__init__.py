"""ORB8xx: model files and the embedded engine."""

TOPICS = ("model_files", "on_disk", "generation")
