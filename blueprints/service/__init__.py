"""One model served at one site, as one value that every runtime is written from."""
