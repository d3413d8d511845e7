"""What is seen, one module a screen. `base.DeskScreen` is what all have in common."""
