"""What is stored, where it came from, who needs it, and what may go."""
