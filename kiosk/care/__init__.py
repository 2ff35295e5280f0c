"""How a kiosk looks after itself: a watchdog over its parts, a browser that is revived, an update that cannot brick."""
