"""What hosts, web servers and systemd need to serve the pages as this program does itself."""
