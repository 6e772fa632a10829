"""What ``jarvis eval`` runs: how good the deciders are on questions whose answers were judged."""
