"""One habit of clients in each file; `registry` has them all."""
