"""From a listing to artifacts: which files are one checkpoint, dataset or model, and is it whole."""
