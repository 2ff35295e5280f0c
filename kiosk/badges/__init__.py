"""The printed slip: name, seat and the way, once for each guest and meeting (R97)."""
