"""Who looks at frames before they are shown: one file each, a `Settings` model and a `Plugin`."""
