"""What a kiosk does beside its screen: lamp, buzzer, help button, presence sensor and door."""
