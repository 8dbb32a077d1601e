"""The processes of a machine: server, worker, and what they tell."""
