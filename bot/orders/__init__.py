"""What editors order: the answer to each command, and what it does to stories, drafts and posts."""
