"""From a yes to a post: what a channel is given, sent and asked, and what comes after."""
