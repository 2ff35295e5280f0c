"""The rules: pure values and functions. No input or output, no clock, no wire."""
