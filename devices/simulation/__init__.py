"""A simulated venue: rooms with people in them, and devices of five makers that speak as the real ones do."""
