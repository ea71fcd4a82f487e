"""The paper itself: the index of its statements, what data see of a network, losses, and its experiment run afresh."""
