"""The lab on the desk: lanes, what changes it and how that is undone, what others change, long work."""
