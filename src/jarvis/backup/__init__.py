"""Everything that is stored, but the models, in one file that can be checked and put back."""
