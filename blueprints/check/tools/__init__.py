"""Other people's programs, run only when asked for (`--with`), one module each."""
