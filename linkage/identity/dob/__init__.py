"""Which birth date is right: evidence, guided steps, a settled date, and the State that corrects its own record."""
