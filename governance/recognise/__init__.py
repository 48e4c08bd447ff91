"""From a listing to artifacts: which files are one checkpoint, and is it whole."""
