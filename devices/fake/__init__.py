"""Simulated hardware that ships: chosen by a setting, for demos, tests and rehearsals."""
