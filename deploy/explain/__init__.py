"""`suoheng explain`: what is asked, what is said when there is no answer, and the answer on the terminal. What is read is `consumers.lineage`'s."""
