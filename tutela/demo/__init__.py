"""A true S3 server and a small true project, so that tutela can be tried in one go."""
