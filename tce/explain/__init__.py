"""One packet, device by device, in words: who decides, where that stands, and what is declared."""
