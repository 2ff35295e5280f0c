"""A guest's journey by touch: what each screen waits for, and what a touch makes of it. Pure: time, ids given."""
