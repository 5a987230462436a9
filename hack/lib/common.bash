# What every script in hack/ begins with: strict mode, and how to speak. To be sourced.
set -euo pipefail

# The top of the checkout, wherever the script was called from.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Says what is being done, on standard error: standard output is for results.
say() { printf '%s\n' "$*" >&2; }

# Ends the script with a reason.
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Prints the comment at the head of the calling script: its usage.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }
