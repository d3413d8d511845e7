"""How the desk is drawn: signs, themes, ASCII, pictures, and what the terminal can."""
