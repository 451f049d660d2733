"""What was asked of a world, in the forms that other programs read: HAR, curl, pytest."""
