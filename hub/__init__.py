"""The venue's memory: rules, use cases, and the doors and shelves around them. Read usecases/ first."""
