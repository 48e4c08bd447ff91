"""Data only: retention packs that ship with the program."""
