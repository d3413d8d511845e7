"""Language models people have set up, for answers in sentences of their own. No answer needs one."""
