"""What is heard: voices, music and silence; and the words that are read with them."""
