"""What worlds start from: files, their parts, and how they become records."""
