"""Stand-ins for the outside world, for tests and for trying paperlab without a network."""
