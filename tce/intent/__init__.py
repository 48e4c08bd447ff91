"""What an institution says about its trusted environment, as typed values for what renders."""
