"""The agent for a room: instruments on a Raspberry Pi, and what other makers' things say, put into our words."""
