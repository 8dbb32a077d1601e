"""The processes of a machine: server and worker, with their logs and health probes."""
