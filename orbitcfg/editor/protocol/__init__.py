"""The Language Server Protocol itself: its messages on a stream, its requests and answers, and the shapes in them. Knows nothing of ORBIT."""
