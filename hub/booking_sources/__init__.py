"""The databases, calendars and files that keep the house's bookings, each as a ``BookingSource``."""
