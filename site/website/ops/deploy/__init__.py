"""Files for hosts, web servers and systemd, which serve the pages as this program does itself."""
