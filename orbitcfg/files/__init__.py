"""Bytes in and out: the disk, memory, git revisions, the fence, the atomic writer, the recorder."""
