"""Which documents are copies of one another, and which reports tell of one happening."""
