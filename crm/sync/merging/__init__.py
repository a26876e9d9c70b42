"""How the staged rows of each entity become rows of ours."""
