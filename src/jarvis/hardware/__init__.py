"""What this machine is, read anew at each call."""
