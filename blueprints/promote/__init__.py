"""`tutela blueprint promote`: what one environment runs goes to the next."""
