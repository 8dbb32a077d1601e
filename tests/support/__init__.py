"""What many tests start from."""
