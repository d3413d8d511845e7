"""The reading desk: a terminal user interface on Textual. Nothing below it knows of Textual.

`desk` has the lab on the desk: lanes, the screens' only way to it, changes and how they are undone, jobs. `views` has
what the screens show and do, without a user interface; `flow` has a paper's text as lines. `screens` are what is seen,
`widgets` what they are put together from, `look` signs, themes and pictures; `app` switches between screens.
"""
