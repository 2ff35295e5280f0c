"""The one agreement between kiosks, devices and the hub. Standard library only; no input or output."""
