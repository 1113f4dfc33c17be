"""What a user can set: the model, the file, its published shape."""
