"""`tutela blueprint show`: what a repository describes, to look at."""
