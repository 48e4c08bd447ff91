"""What the writers of scripts share; no reader knows it."""
