"""What a Mosquitto's own files let in: read as Mosquitto 2 reads them, and judged (decision 68)."""
