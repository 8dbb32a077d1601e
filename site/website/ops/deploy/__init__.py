"""What hosts and web servers must be told to serve the frozen pages as this program does itself."""
