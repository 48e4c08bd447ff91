"""What the DVC pointers in registered Git repositories need, over all refs and all history."""
