"""The sample wire and the show that is made of it: `wirereel demo`."""
