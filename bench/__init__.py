"""The yardsticks of `make bench`: each work beside the shortest way to do the same on the same machine and data."""
