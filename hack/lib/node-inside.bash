# The first process of a node: makes it what kubelet wants to see, and starts the programs. When it ends, all of them do.
set -euo pipefail
node=$1
source <(sed 's/=\(.*\)/="\1"/' "$node/settings")
controllers="cpu cpuacct cpuset memory pids devices freezer blkio"
trap 'exit 0' TERM

# start NAME PROGRAM ARGUMENT...
declare -A started
start() {
  local name=$1
  shift
  "$@" >"$node/logs/$name.log" 2>&1 </dev/null &
  started[$name]=$!
}

# The machine's own cgroups must not be seen: kubelet would look for its own among them.
mount_own_views() {
  local controller
  mount --make-rshared /
  umount --recursive --lazy /sys
  mount -t sysfs sysfs /sys
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  for controller in $controllers; do
    mkdir "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
  done
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -p "$node/kubelet"
  mount --bind "$node/logs" /var/log
  mount -t tmpfs -o mode=755 tmpfs /var/lib
  mkdir /var/lib/kubelet /var/lib/cni
  mount --bind "$node/kubelet" /var/lib/kubelet
}

# kubelet insists on these settings, which belong to the whole machine: it is shown files that say so.
show_settings() {
  local key value
  while read -r key value; do
    printf '%s\n' "$value" >"/run/${key//\//-}"
    mount --bind "/run/${key//\//-}" "/proc/sys/$key"
  done <<'SETTINGS'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
SETTINGS
}

join_network() {
  local chain one
  until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
  ip link set lo up
  ip address add "$node_address/30" dev eth0
  ip link set eth0 up
  # So that packets to Services come to the rules at all; there is no other way out.
  ip route add 10.96.0.0/16 via "$host_address"
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # The Service of the API server has no endpoints, because that listens on loopback.
  for chain in PREROUTING OUTPUT; do
    iptables -t nat -A $chain -d 10.96.0.1 -p tcp --dport 443 -j DNAT --to-destination "$host_address:$port"
  done
  # Towards the machine: these ports, and answers.
  for chain in FORWARD OUTPUT; do
    for one in $port $host_ports; do
      iptables -A $chain -o eth0 -p tcp -d "$host_address" --dport "$one" -j ACCEPT
    done
    iptables -A $chain -o eth0 -m conntrack --ctstate NEW -j REJECT
  done
}

run_programs() {
  local file
  start containerd containerd --config "$node/containerd.toml"
  until ctr --timeout 1s version >/dev/null 2>&1; do sleep 0.1; done
  for file in "$node"/images/*.tar; do ctr -n k8s.io images import "$file"; done >"$node/logs/images.log" 2>&1
  start kubelet "$bin/kubelet" --config="$node/kubelet.yaml" --kubeconfig="$node/kubelet.kubeconfig" \
    --hostname-override="$name" --node-ip="$node_address" --cert-dir=/run/kubelet-certificates \
    --volume-plugin-dir="$node/volumes" --container-runtime=remote \
    --container-runtime-endpoint=unix:///run/containerd/containerd.sock
  start proxy "$bin/kube-proxy" --config="$node/proxy.yaml" --hostname-override="$name"
}

mount_own_views
show_settings
hostname "$name"
join_network
run_programs
wait -n || true
for name in "${!started[@]}"; do
  kill -0 "${started[$name]}" 2>/dev/null || printf '%s ended\n' "$name" >&2
done
exit 1
