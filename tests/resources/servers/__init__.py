"""Real servers: each on a free port of the loopback, gone afterwards."""
