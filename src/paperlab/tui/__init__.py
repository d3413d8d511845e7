"""The reading desk: a terminal user interface on Textual. Nothing below it knows of Textual.

`lanes` and `desk` (no Textual in them) are its only way to the lab; `screens` are what is seen, `widgets` what they are
put together from; `app` switches between screens, does and undoes changes, and runs jobs.
"""
