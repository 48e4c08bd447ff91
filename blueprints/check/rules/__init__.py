"""One module for each rule; the folder is the registry."""
