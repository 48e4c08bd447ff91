"""`tutela model`: what is done with the models of an inference repository."""
