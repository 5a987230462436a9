# Starts and stops a control plane. Sourced by hack/kube, which sets `cache` and `bin`.
#
# In its folder: pki/ (certificates, tokens), etcd/ (data), log/, pid/, port, and a kubeconfig per user.

up() {
  umask 077
  mkdir -p "$1"/{pki,log,pid}
  dir=$(cd "$1" && pwd)
  if is_running apiserver; then
    printf '%s\n' "$dir/admin.kubeconfig"
    return
  fi
  claim_ports "${2:-$(cat "$dir/port" 2>/dev/null || true)}"
  trap 'say "hack/kube: the control plane did not come up; its logs: $dir/log"; down "$dir"' EXIT
  make_certificates
  for user in admin token nobody; do write_kubeconfig "$user"; done
  start_etcd
  start_apiserver
  start_controller_manager
  trap - EXIT
  printf '%s\n' "$dir/admin.kubeconfig"
}

# Stops what `up` started, the last first, and waits until it is gone.
down() {
  dir=$(realpath -m "$1")
  local name
  for name in controller-manager apiserver etcd; do
    stop "$name"
  done
}

# Ports

# Sets `port`, the first of four: kube-apiserver, kube-controller-manager, etcd's clients, etcd's peers.
#
# Two control planes that look for ports at the same moment must not find the same ones. Who finds some holds a lock
# on them; the programs inherit it, so it ends with the last of them, however that comes about.
claim_ports() {
  local wanted=$1 try
  mkdir -p "$cache/ports"
  if [ -n "$wanted" ] && claim "$wanted"; then return; fi
  [ -z "${wanted}" ] || [ -f "$dir/port" ] || die "up: not all of the ports $wanted to $((wanted + 3)) are free"
  for try in $(seq 200); do
    if claim $((20000 + RANDOM % 1000 * 10)); then return; fi
  done
  die "up: found no free ports"
}

claim() {
  exec {port_lock}>"$cache/ports/$1"
  if ! flock -n "$port_lock" || any_listens "$1" $(($1 + 3)); then
    exec {port_lock}>&-
    return 1
  fi
  port=$1
  printf '%s\n' "$port" >"$dir/port"
}

# Whether anything on this machine answers on one of the ports from $1 to $2.
any_listens() {
  local number
  for number in $(seq "$1" "$2"); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$number") 2>/dev/null; then return 0; fi
  done
  return 1
}

# Certificates and kubeconfigs

make_certificates() {
  cd "$dir/pki"
  [ ! -f complete ] || return 0
  cat >openssl.conf <<'CONF'
[req]
distinguished_name = subject
prompt = no
x509_extensions = authority
[subject]
CN = syncctl-test-authority
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, digitalSignature
subjectKeyIdentifier = hash
[server]
subjectAltName = IP:127.0.0.1, IP:10.96.0.1, DNS:localhost, DNS:kubernetes.default.svc
extendedKeyUsage = serverAuth
[client]
extendedKeyUsage = clientAuth
CONF
  openssl ecparam -name prime256v1 -genkey -noout -out accounts.key
  make_key authority
  openssl req -x509 -new -key authority.key -out authority.crt -days 365 -config openssl.conf
  issue server /CN=kube-apiserver server
  issue admin /O=system:masters/CN=admin client
  issue nobody /CN=nobody client
  printf '%s,token,token,"system:masters"\n' "$(openssl rand -hex 16)" >tokens.csv
  touch complete
}

make_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$1.key" 2>/dev/null; }

# issue NAME SUBJECT PURPOSE
issue() {
  make_key "$1"
  openssl req -new -key "$1.key" -subj "$2" -config openssl.conf |
    openssl x509 -req -CA authority.crt -CAkey authority.key -CAcreateserial -days 365 \
      -extfile openssl.conf -extensions "$3" -out "$1.crt" 2>/dev/null
}

write_kubeconfig() {
  local user=$1 credentials
  if [ "$user" = token ]; then
    credentials="token: $(cut -d, -f1 "$dir/pki/tokens.csv")"
  else
    credentials="client-certificate-data: $(base64 -w0 "$dir/pki/$user.crt")
    client-key-data: $(base64 -w0 "$dir/pki/$user.key")"
  fi
  cat >"$dir/$user.kubeconfig" <<KUBECONFIG
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: https://127.0.0.1:$port
    certificate-authority-data: $(base64 -w0 "$dir/pki/authority.crt")
users:
- name: $user
  user:
    $credentials
contexts:
- name: test
  context:
    cluster: test
    user: $user
current-context: test
KUBECONFIG
}

# Programs

start_etcd() {
  local clients=http://127.0.0.1:$((port + 2)) peers=http://127.0.0.1:$((port + 3))
  start etcd "$etcd" --data-dir "$dir/etcd" --unsafe-no-fsync \
    --listen-client-urls "$clients" --advertise-client-urls "$clients" \
    --listen-peer-urls "$peers" --initial-advertise-peer-urls "$peers" --initial-cluster "default=$peers"
}

start_apiserver() {
  local pki=$dir/pki flags
  read -ra flags <<<"${KUBE_APISERVER_FLAGS-}"
  start apiserver "$bin/kube-apiserver" --etcd-servers="http://127.0.0.1:$((port + 2))" \
    --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$port" \
    --service-cluster-ip-range=10.96.0.0/16 --authorization-mode=Node,RBAC --allow-privileged=true \
    --tls-cert-file="$pki/server.crt" --tls-private-key-file="$pki/server.key" \
    --client-ca-file="$pki/authority.crt" --token-auth-file="$pki/tokens.csv" \
    --service-account-key-file="$pki/accounts.key" --service-account-signing-key-file="$pki/accounts.key" \
    --service-account-issuer=https://kubernetes.default.svc --kubelet-preferred-address-types=InternalIP \
    --kubelet-client-certificate="$pki/admin.crt" --kubelet-client-key="$pki/admin.key" \
    --audit-policy-file="${KUBE_AUDIT_POLICY:-$top/hack/lib/audit-policy.yaml}" \
    --audit-log-path="$dir/log/audit.log" --audit-log-maxsize=2000 "${flags[@]}"
  await apiserver "to be ready" answers /readyz
}

# The rate limit is raised: with the default of 20 requests a second the controllers, not the program under test,
# would set the pace.
start_controller_manager() {
  local flags
  read -ra flags <<<"${KUBE_CONTROLLER_MANAGER_FLAGS-}"
  start controller-manager "$bin/kube-controller-manager" --kubeconfig="$dir/admin.kubeconfig" \
    --service-account-private-key-file="$dir/pki/accounts.key" --root-ca-file="$dir/pki/authority.crt" \
    --controllers='*,-nodelifecycle,-nodeipam' --leader-elect=false --kube-api-qps=500 --kube-api-burst=1000 \
    --bind-address=127.0.0.1 --port=0 --secure-port=$((port + 1)) "${flags[@]}"
  await controller-manager "to make the default service account" \
    answers /api/v1/namespaces/default/serviceaccounts/default
}

# start NAME PROGRAM ARGUMENT...
start() {
  local name=$1
  shift
  setsid "$@" >>"$dir/log/$name.log" 2>&1 </dev/null &
  printf '%s\n' $! >"$dir/pid/$name"
}

answers() {
  curl --silent --fail --max-time 5 --output /dev/null --cacert "$dir/pki/authority.crt" \
    --cert "$dir/pki/admin.crt" --key "$dir/pki/admin.key" "https://127.0.0.1:$port$1"
}

# await NAME WHAT QUESTION...: asks until the answer is yes, and gives up when the program is gone or after a minute.
await() {
  local name=$1 what=$2 end=$((SECONDS + 60)) program
  shift 2
  until "$@"; do
    for program in "$name" etcd; do
      kill -0 "$(cat "$dir/pid/$program")" 2>/dev/null || {
        tail -n 20 "$dir/log/$program.log" >&2
        die "up: $program ended (its last words stand above)"
      }
    done
    [ $SECONDS -lt $end ] || die "up: waited a minute for $name $what"
    sleep 0.1
  done
}

# A process id that was noted may belong to another program by now: ours name their folder among their arguments.
is_running() {
  local pid
  pid=$(cat "$dir/pid/$1" 2>/dev/null) || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$dir/"
}

stop() {
  local pid end=$((SECONDS + 10))
  if is_running "$1"; then
    pid=$(cat "$dir/pid/$1")
    # Each was started as the first of a group.
    kill -- "-$pid" 2>/dev/null || true
    while is_running "$1"; do
      [ $SECONDS -lt $end ] || kill -KILL -- "-$pid" 2>/dev/null || true
      sleep 0.05
    done
  fi
  rm -f "$dir/pid/$1"
}
