"""Staff: their accounts, what each of them may do, and how they sign in."""
