"""Where artifacts came from and what was made of them."""
