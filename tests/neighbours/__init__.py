"""The services beside Manila."""
