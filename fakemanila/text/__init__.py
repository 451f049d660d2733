"""Small things about texts that several wings share: words, suggestions, booleans, JUnit's XML."""
