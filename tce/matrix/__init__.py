"""What may begin from zone to zone, as the perimeter's file says it, beside what is declared."""
