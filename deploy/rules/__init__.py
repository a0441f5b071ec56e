"""Alert rules as files: how they are read, and one to start from."""
