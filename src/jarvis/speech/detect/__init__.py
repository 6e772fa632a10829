"""What is noticed in sound without understanding it: that somebody speaks, that a turn has ended."""
