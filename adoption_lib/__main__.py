"""``python -m adoption_lib`` is the command ``adoption``."""

from adoption_lib.cli import main

if __name__ == "__main__":
    main()
