"""The migrations, in order. Released ones are never changed."""
