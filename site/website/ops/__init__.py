"""Operations: server, worker, publishing, monitoring, doctor, backups, canary, deployment."""
