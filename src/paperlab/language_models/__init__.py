"""Language models people have set up, for answers in sentences of their own. Nothing here is needed to get an answer."""
