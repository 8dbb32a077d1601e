"""The steps, in order. What has been released is never changed."""
