# Starts and stops a node. Sourced by hack/node, which sets `dir`, `node`, `cache` and `bin`; uses kube-run.bash.
#
# In DIR/node: settings (what the inside of the node has to know), configuration, state of kubelet and containerd.

controllers="cpu cpuacct cpuset memory pids devices freezer blkio"

node_up() {
  umask 022
  [ "$(id -u)" = 0 ] || die "up: needs root, for namespaces and cgroups"
  [ -f "$dir/port" ] && is_running apiserver || die "up: no control plane runs in $dir (hack/kube up $dir)"
  [ ! -e "$node" ] || die "up: $node is there already (hack/node down $dir)"
  local controller
  for controller in $controllers; do
    [ -d "/sys/fs/cgroup/$controller" ] || die "up: needs cgroups of version 1; there is no /sys/fs/cgroup/$controller"
  done
  "$top/hack/kube" build --node
  "$top/hack/install" containerd runc containernetworking-plugins iptables conntrack socat busybox-static iproute2 \
    util-linux openssl gcc libc6-dev
  port=$(cat "$dir/port")
  mkdir -p "$node"/{images,cni,kubelet,containerd,volumes,logs}
  trap 'say "hack/node: the node did not come up; its logs: $dir/log/node-*.log"; node_down' EXIT
  make_images
  make_link
  write_settings
  start_node
  await_ready
  trap - EXIT
  printf '%s\n' "$name"
}

node_down() {
  local name
  name=$(setting name)
  [ -z "$name" ] || kubectl delete node "$name" --wait=false --request-timeout=5s >/dev/null 2>&1 || true
  stop node
  stop scheduler
  stop door
  if [ -s "$node/link" ]; then ip link delete "$(cat "$node/link")" 2>/dev/null || true; fi
  remove_cgroups
  mkdir -p "$dir/log"
  local file
  for file in "$node"/logs/*.log; do
    if [ -f "$file" ]; then mv -f "$file" "$dir/log/node-${file##*/}"; fi
  done
  rm -rf --one-file-system "$node"
}

node_exec() {
  local inside
  inside=$(inside_pid) || die "exec: no node runs in $dir"
  exec nsenter --target "$inside" --mount --net --pid --uts --ipc --cgroup -- "$@"
}

node_load() {
  local inside file
  inside=$(inside_pid) || die "load: no node runs in $dir"
  for file in "$@"; do
    nsenter --target "$inside" --mount --net --pid -- ctr -n k8s.io images import - <"$file" >&2
  done
}

node_address() {
  local address
  address=$(setting host_address)
  [ -n "$address" ] || die "address: no node in $dir"
  printf '%s\n' "$address"
}

# The first process inside, which is the only child of the one outside; the list has no line end.
inside_pid() {
  local outside children
  is_running node || return 1
  outside=$(cat "$dir/pid/node")
  read -ra children <"/proc/$outside/task/$outside/children" || true
  [ ${#children[@]} -gt 0 ] && printf '%s\n' "${children[0]}"
}

# setting NAME: what stands in the settings; nothing, if they are not there yet.
setting() { sed -n "s/^$1=//p" "$node/settings" 2>/dev/null || true; }

kubectl() { "${kubectl:=$("$top/hack/kube" client)}" --kubeconfig "$dir/admin.kubeconfig" "$@"; }

# Images: the process that holds a Pod's namespaces, and Debian's busybox.

make_images() {
  local image_settings applet
  work=$(mktemp -d "$node/work.XXXXXX")
  mkdir -p "$work/pause" "$work/busybox"/{bin,etc}
  install -d -m 1777 "$work/busybox/tmp"
  gcc -Os -static -x c -o "$work/pause/pause" "$top/hack/lib/pause.c"
  image_settings='"Entrypoint":["/pause"],"User":"65535:65535"'
  write_archive "$node/images/pause.tar" localhost/pause:1 0 "$work/pause"
  install -m 755 "$(command -v busybox)" "$work/busybox/bin/busybox"
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$work/busybox/bin/$applet"
  done
  printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$work/busybox/etc/passwd"
  image_settings='"Cmd":["sh"],"Env":["PATH=/bin"]'
  write_archive "$node/images/busybox.tar" busybox:1.36 0 "$work/busybox"
  rm -rf "$work"
}

# Network: who makes the link has the number.

make_link() {
  local try
  for try in $(seq 0 254); do
    if ip link add "node$try" type veth peer name "node${try}in" 2>/dev/null; then
      number=$try
      printf 'node%s\n' "$number" >"$node/link"
      host_address=10.121.$number.1 node_address=10.121.$number.2 pods=10.122.$number
      ip address add "$host_address/30" dev "node$number"
      ip link set "node$number" up
      return
    fi
  done
  die "up: could not make a network link (ip link add): $(ip link add "node0" type veth peer name node0in 2>&1)"
}

# Settings and configuration

write_settings() {
  name=node-$number
  cat >"$node/settings" <<SETTINGS
name=$name
number=$number
bin=$bin
port=$port
host_address=$host_address
node_address=$node_address
pods=$pods
host_ports=${NODE_HOST_PORTS-}
SETTINGS
  cd "$dir/pki"
  umask 077
  issue "node-kubelet" "/O=system:nodes/CN=system:node:$name" client
  issue "node-proxy" /CN=system:kube-proxy client
  umask 022
  write_node_kubeconfig kubelet
  write_node_kubeconfig proxy
  write_network
  write_kubelet
  write_proxy
  write_containerd
}

write_node_kubeconfig() {
  cat >"$node/$1.kubeconfig" <<KUBECONFIG
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: https://$host_address:$port
    tls-server-name: kubernetes.default.svc
    certificate-authority: $dir/pki/authority.crt
users:
- name: $1
  user:
    client-certificate: $dir/pki/node-$1.crt
    client-key: $dir/pki/node-$1.key
contexts:
- name: test
  context: {cluster: test, user: $1}
current-context: test
KUBECONFIG
}

write_network() {
  cat >"$node/cni/pods.conflist" <<JSON
{
  "cniVersion": "0.4.0", "name": "pods",
  "plugins": [
    {
      "type": "bridge", "bridge": "pods0", "isGateway": true, "hairpinMode": true,
      "ipam": {
        "type": "host-local", "dataDir": "/run/cni",
        "ranges": [[{"subnet": "$pods.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
JSON
}

# Only the API server is answered, by its certificate. Images are never thrown away: they could not be had again.
write_kubelet() {
  printf 'options timeout:1 attempts:1\n' >"$node/resolv.conf"
  cat >"$node/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node_address
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: false}
  x509: {clientCAFile: $dir/pki/authority.crt}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
evictionHard: {memory.available: 100Mi, nodefs.available: 1Gi, imagefs.available: 1Gi}
failSwapOn: false
imageGCHighThresholdPercent: 100
maxOpenFiles: $(ulimit -Hn)
nodeStatusReportFrequency: 5m
nodeStatusUpdateFrequency: 1s
protectKernelDefaults: true
readOnlyPort: 0
resolvConf: $node/resolv.conf
YAML
}

# The limits of connection tracking belong to the whole machine: they are left alone.
write_proxy() {
  cat >"$node/proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
bindAddress: $node_address
clusterCIDR: $pods.0/24
clientConnection: {kubeconfig: $node/proxy.kubeconfig}
conntrack: {maxPerCore: 0, min: 0, tcpCloseWaitTimeout: 0s, tcpEstablishedTimeout: 0s}
YAML
}

# A root that may not lower the score by which the kernel kills (CAP_SYS_RESOURCE) is root enough.
write_containerd() {
  cat >"$node/containerd.toml" <<TOML
version = 2
root = "$node/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"
]
[plugins."io.containerd.internal.v1.opt"]
  path = "$node/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$node/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
TOML
}

# Programs

# The API server listens on loopback alone: the door lets the node in.
start_node() {
  start door socat -lp "$dir/door" "TCP-LISTEN:$port,bind=$host_address,reuseaddr,fork,nodelay" "TCP:127.0.0.1:$port,nodelay"
  start scheduler "$bin/kube-scheduler" --kubeconfig="$dir/admin.kubeconfig" --leader-elect=false \
    --bind-address=127.0.0.1 --port=0 --secure-port=0
  make_cgroups
  start node bash "$top/hack/lib/node-outside.bash" "$node"
  local inside
  until inside=$(inside_pid); do
    is_running node || die "up: the node ended: $(tail -n 5 "$dir/log/node.log")"
    sleep 0.05
  done
  ip link set "node${number}in" netns "$inside" name eth0
  ip route add "$pods.0/24" via "$node_address"
}

make_cgroups() {
  local controller folder file
  for controller in $controllers; do
    folder=/sys/fs/cgroup/$controller/node$number
    mkdir -p "$folder"
    printf '%s\n' "$folder" >>"$node/cgroups"
  done
  for file in cpus mems; do
    cat "/sys/fs/cgroup/cpuset/cpuset.$file" >"/sys/fs/cgroup/cpuset/node$number/cpuset.$file"
  done
  printf '%s\n' "${NODE_MEMORY:-8G}" >"/sys/fs/cgroup/memory/node$number/memory.limit_in_bytes"
}

# A group can be removed when its last process is gone, the innermost first.
remove_cgroups() {
  local folder try
  [ -f "$node/cgroups" ] || return 0
  for try in $(seq 50); do
    while read -r folder; do
      if [ -d "$folder" ]; then find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
    done <"$node/cgroups"
    while read -r folder; do
      if [ -d "$folder" ]; then sleep 0.1 && continue 2; fi
    done <"$node/cgroups"
    return 0
  done
  say "hack/node: could not remove all cgroups: $(tr '\n' ' ' <"$node/cgroups")"
}

await_ready() {
  local end=$((SECONDS + 120))
  until kubectl get node "$name" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null | grep -q True; do
    is_running node || {
      tail -n 5 "$dir/log/node.log" "$node"/logs/*.log >&2
      die "up: the node ended (its last words stand above)"
    }
    [ $SECONDS -lt $end ] || die "up: waited two minutes for the node to be ready"
    sleep 0.2
  done
  # New nodes bear this mark, and the controller that would take it off does not run.
  kubectl taint node "$name" node.kubernetes.io/not-ready:NoSchedule- >/dev/null 2>&1 || true
}
