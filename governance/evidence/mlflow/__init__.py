"""What MLflow knows: runs, logged models, registered versions, aliases, datasets."""
