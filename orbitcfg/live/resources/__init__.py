"""What ORBIT needs beside models: databases, caches, stores, files, folders, other servers."""
