"""The real hardware of a kiosk."""
