"""One file for each thing that happens: a message or a person's wish, a transaction, what changes."""
