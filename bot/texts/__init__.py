"""What people read: cards, pages, notices, and the words and masks that they are made with."""
