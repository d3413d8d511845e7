"""Search over passages: the engine (`engine`), papers as results (`papers`), the keepers of both indexes.

Import from the modules: a search by words does not pay for the rest.
"""
