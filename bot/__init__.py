"""The bot: decides what becomes a clip, and does it."""
