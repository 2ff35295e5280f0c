"""How the kiosk sees: engines that read QR codes, and our own tracing of codes that they find but cannot read."""
