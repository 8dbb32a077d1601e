"""Staff: accounts, permissions, sign-in."""
