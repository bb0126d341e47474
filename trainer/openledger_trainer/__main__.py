"""`python -m openledger_trainer`: the worker that a node drives over standard input and output."""

from openledger_trainer.worker import main

if __name__ == "__main__":
    main()
