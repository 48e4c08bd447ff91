"""The forms that a result of a check is written in, one module each."""
