"""Bytes in and out: the disk, memory, git revisions, the sandbox, the atomic writer, the recorder."""
