"""Vector indexes: files of vectors that answer which are nearest. Each type is loaded by its entry point's name."""
