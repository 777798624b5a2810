"""Families of models: one file each, a docstring, a `Settings` model, a `Plugin` (engine.Family).

Imported by name in a worker's process; torch and diffusers only inside functions.
"""
