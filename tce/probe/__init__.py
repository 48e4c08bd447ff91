"""Real packets through the file that was rendered."""
