"""What people say, decided: sentences, proofs line by line, what is wrong with a wrong one, and hints from it."""
