"""The made-up county of the samples: who lives there, what the six departments book of it."""
