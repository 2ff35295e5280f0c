"""One check-in point: camera, decision, outbox, link, screen. Read loop.py first."""
