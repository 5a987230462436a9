# Joins the node's cgroups and becomes the process outside its namespaces. Run by hack/node with the node's folder;
# the folder's name among the arguments is how the process is known again.
set -euo pipefail
node=$1
while read -r folder; do echo 0 >"$folder/cgroup.procs"; done <"$node/cgroups"
exec unshare --mount --net --pid --uts --ipc --cgroup --fork --kill-child --mount-proc \
  bash "${BASH_SOURCE[0]%/*}/node-inside.bash" "$node"
