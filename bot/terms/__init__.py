"""What an approval says: who, where, when, and what a channel wants chosen. Pure."""
