"""Laws: check one, search for all, count them from both sides, see the staircase of brackets; and exact questions."""
