"""What is known besides the listing: who needs what, said by which source, as of when."""
