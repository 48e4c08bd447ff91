"""Each runtime writes a service, and reads back what it wrote with code of its own."""
