"""What people signed in a workspace, and what `tutela.track` recorded there."""
