"""What the screens show and do, without a user interface: read in the lanes, tested without a terminal."""
