"""What a Waldur portal says about projects, and how a specification follows it."""
