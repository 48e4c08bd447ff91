"""What stacks are made of: each module one piece of software in one role."""
