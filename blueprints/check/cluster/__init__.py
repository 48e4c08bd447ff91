"""What the documents of a repository add up to once they run: places, pods, references, traffic."""
